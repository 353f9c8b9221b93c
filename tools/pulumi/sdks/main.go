// Writes the SDKs of a package out of its schema, by the code generators of the CLI that is pinned here.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-iam-keys"

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: sdks <schema.json> <folder>"))
	}
	for language, generate := range generators {
		files, err := generate(bind(os.Args[1]))
		if err != nil {
			fail(fmt.Errorf("%s: %w", language, err))
		}
		write(filepath.Join(os.Args[2], language), files)
	}
}

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

func write(folder string, files files) {
	for name, text := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			fail(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
