package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"text/template"

	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-iam-keys"

type files = map[string][]byte

// Languages whose generators the CLI does not come with.
var generators = map[string]func(*schema.Package) (files, error){
	"dotnet": generateDotnet,
	"java":   generateJava,
}

// The generator fetches a logo, of Pulumi's own where a package has none. It gets one that is in no file.
func generateDotnet(pkg *schema.Package) (files, error) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	pkg.LogoURL = server.URL
	files, err := dotnet.GeneratePackage(tool, pkg, nil, nil)
	delete(files, "logo.png")
	for name, text := range files {
		if strings.HasSuffix(name, ".csproj") {
			files[name] = logo.ReplaceAll(text, nil)
		}
	}
	return files, err
}

var logo = regexp.MustCompile(`(?s)\s*(<PackageIcon>logo.png</PackageIcon>|<None Include="logo.png">.*?</None>)`)

//go:embed sdk.pom.xml
var pom string

// The generator writes build files for Gradle alone, under a group that is Pulumi's own.
func generateJava(pkg *schema.Package) (files, error) {
	var text bytes.Buffer
	if err := template.Must(template.New("pom.xml").Parse(pom)).Execute(&text, pkg); err != nil {
		return nil, err
	}
	return java.GeneratePackage(tool, pkg, files{"pom.xml": text.Bytes()}, nil, false, false)
}

// Prints the SDKs by their language: the text of each file.
func printSdks(schemaFile string, out io.Writer) error {
	sdks := map[string]map[string]string{}
	for language, generate := range generators {
		pkg, err := bind(schemaFile)
		if err != nil {
			return err
		}
		files, err := generate(pkg)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		sdks[language] = map[string]string{}
		for name, text := range files {
			sdks[language][name] = string(text)
		}
	}
	return json.NewEncoder(out).Encode(sdks)
}
