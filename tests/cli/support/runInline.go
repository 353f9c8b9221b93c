package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Stands in for pulumi.Run: runs the program on the Pulumi CLI, by the Automation API: made, unchanged, gone. Prints what it gave.
func runInline(program pulumi.RunFunc) {
	if err := run(context.Background(), program, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program pulumi.RunFunc, project, folder string) error {
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", project, program, auto.WorkDir(folder))
	if err != nil {
		return err
	}
	var settings map[string]string
	if err := json.Unmarshal([]byte(os.Getenv("PROGRAM_CONFIG")), &settings); err != nil {
		return err
	}
	for name, value := range settings {
		if err := stack.SetConfig(ctx, name, auto.ConfigValue{Value: value}); err != nil {
			return err
		}
	}
	if _, err := stack.Up(ctx); err != nil {
		return err
	}
	result, err := stack.Up(ctx, optup.ExpectNoChanges())
	if err != nil {
		return err
	}
	if _, err := stack.Destroy(ctx); err != nil {
		return err
	}
	outputs := map[string]any{}
	for name, output := range result.Outputs {
		outputs[name] = map[string]any{"value": output.Value, "secret": output.Secret}
	}
	return json.NewEncoder(os.Stdout).Encode(outputs)
}
