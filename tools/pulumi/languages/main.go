// Prints, by Pulumi's own code generators, the SDKs of a package out of its schema that the CLI has no generators for, and
// programs in YAML in every language that there is an SDK for.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	// The generators print warnings there.
	out := os.Stdout
	os.Stdout = os.Stderr
	if err := run(os.Args[1:], out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(words []string, out io.Writer) error {
	switch {
	case len(words) == 2 && words[0] == "sdks":
		return printSdks(words[1], out)
	case len(words) == 2 && words[0] == "programs":
		return translatePrograms(words[1], os.Stdin, out)
	default:
		return fmt.Errorf("usage: sdks <schema.json>, or programs <schema.json>")
	}
}

// A generator leaves marks in a package, so each gets one of its own.
func bind(file string) (*schema.Package, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, problems, err := schema.BindSpec(spec, noOthers{}, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if problems.HasErrors() {
		return nil, problems
	}
	return pkg, nil
}

// The schema speaks of no other package, so nobody is asked for one.
type noOthers struct{ schema.ReferenceLoader }
