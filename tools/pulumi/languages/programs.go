package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml"
	yaml "github.com/pulumi/pulumi-yaml/pkg/pulumiyaml/codegen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The languages by the names that examples in a schema have.
var languages = map[string]func(*pcl.Program) (files, hcl.Diagnostics, error){
	"csharp":     dotnet.GenerateProgram,
	"go":         golang.GenerateProgram,
	"java":       generateJavaProgram,
	"python":     python.GenerateProgram,
	"typescript": nodejs.GenerateProgram,
}

// What the generator gets wrong: it imports the types of arguments from where they would be without a base package, and
// reads a setting that must be there as one that may be.
func generateJavaProgram(program *pcl.Program) (files, hcl.Diagnostics, error) {
	files, problems, err := java.GenerateProgram(program)
	for name, text := range files {
		text = bytes.ReplaceAll(text, []byte("import com.pulumi.iamkeys."), []byte("import io.github.pulumi_iam_keys.iamkeys."))
		files[name] = bytes.ReplaceAll(text, []byte("config.get("), []byte("config.require("))
	}
	return files, problems, err
}

// Reads programs in YAML by their names, and writes each in every language by the same.
func translatePrograms(schemaFile string, in io.Reader, out io.Writer) error {
	var sources map[string]string
	if err := json.NewDecoder(in).Decode(&sources); err != nil {
		return err
	}
	programs := map[string]map[string]string{}
	for name, source := range sources {
		programs[name] = map[string]string{}
		for language := range languages {
			text, err := translate(schemaFile, source, language)
			if err != nil {
				return fmt.Errorf("%s in %s: %w", name, language, err)
			}
			programs[name][language] = text
		}
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(programs)
}

func translate(schemaFile, source, language string) (string, error) {
	template, problems, err := pulumiyaml.LoadYAMLBytes("Pulumi.yaml", []byte(source))
	if err != nil {
		return "", err
	}
	if problems.HasErrors() {
		return "", problems
	}
	pkg, err := bind(schemaFile)
	if err != nil {
		return "", err
	}
	program, found, err := yaml.EjectProgram(template, onlyThis{pkg})
	if err != nil {
		return "", err
	}
	if found.HasErrors() {
		return "", found
	}
	generated, found, err := languages[language](program)
	if err != nil {
		return "", err
	}
	if found.HasErrors() {
		return "", found
	}
	if len(generated) != 1 {
		return "", fmt.Errorf("%d files came of one", len(generated))
	}
	var text string
	for _, content := range generated {
		text = strings.TrimSpace(string(content)) + "\n"
	}
	return text, nil
}

// Knows the one package whose resources the programs have.
type onlyThis struct{ pkg *schema.Package }

func (l onlyThis) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	if name != l.pkg.Name {
		return nil, fmt.Errorf("there is no package %s", name)
	}
	return l.pkg, nil
}

func (l onlyThis) LoadPackageV2(_ context.Context, what *schema.PackageDescriptor) (*schema.Package, error) {
	return l.LoadPackage(what.Name, what.Version)
}

func (l onlyThis) LoadPackageReference(name string, version *semver.Version) (schema.PackageReference, error) {
	pkg, err := l.LoadPackage(name, version)
	if err != nil {
		return nil, err
	}
	return pkg.Reference(), nil
}

func (l onlyThis) LoadPackageReferenceV2(_ context.Context, what *schema.PackageDescriptor) (schema.PackageReference, error) {
	return l.LoadPackageReference(what.Name, what.Version)
}
