// Prints the SDKs of a package, out of its schema, by the code generators of the CLI that is pinned here: by their language,
// the text of each file.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-iam-keys"

type files = map[string][]byte

var generators = map[string]func(*schema.Package) (files, error){
	"go": func(pkg *schema.Package) (files, error) {
		return golang.GeneratePackage(tool, pkg, nil)
	},
	"nodejs": func(pkg *schema.Package) (files, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, noOthers{})
	},
	"python": func(pkg *schema.Package) (files, error) {
		return python.GeneratePackage(tool, pkg, nil, noOthers{})
	},
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: sdks <schema.json>"))
	}
	sdks := map[string]map[string]string{}
	for language, generate := range generators {
		files, err := generate(bind(os.Args[1]))
		if err != nil {
			fail(fmt.Errorf("%s: %w", language, err))
		}
		sdks[language] = map[string]string{}
		for name, text := range files {
			sdks[language][name] = string(text)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(sdks); err != nil {
		fail(err)
	}
}

// The schema speaks of no other package, so nobody is asked for one.
type noOthers struct{ schema.ReferenceLoader }

// A generator leaves marks in a package, so each gets one of its own.
func bind(file string) *schema.Package {
	text, err := os.ReadFile(file)
	if err != nil {
		fail(err)
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		fail(err)
	}
	pkg, problems, err := schema.BindSpec(spec, noOthers{}, schema.ValidationOptions{})
	if err != nil {
		fail(err)
	}
	if problems.HasErrors() {
		fail(problems)
	}
	return pkg
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
