import { readFileSync } from "node:fs";
import { markdownTable } from "markdown-table";
import { LANGUAGE_SETUPS } from "../cli/init/languageSetup.ts";
import { RELEASE } from "../cli/init/release.ts";
import { LANGUAGES, type Language } from "../cli/languages.ts";
import { VERSION } from "../provider/version.ts";
import { markdownText } from "./markdownText.ts";
import type { pulumiSchema } from "./pulumiSchema.ts";

type Schema = Awaited<ReturnType<typeof pulumiSchema>>;

/** The quickstart in every language. */
const QUICKSTARTS: Readonly<Record<Language, string>> = {
  typescript: "typescript/index.ts",
  python: "python/__main__.py",
  go: "go/main.go",
  csharp: "csharp/Program.cs",
  java: "java/src/main/java/App.java",
  yaml: "yaml/Pulumi.yaml",
};

const WRITTEN = "<!-- Written by `npm run schema`. -->";

/** The pages that the Pulumi Registry shows of a package. */
export function registryPages(schema: Schema): [string, string][] {
  return [
    ["docs/_index.md", overview(schema)],
    ["docs/installation-configuration.md", installation(schema)],
  ];
}

function overview({ displayName, description, repository }: Schema): string {
  return page(`${displayName} Provider`, description, [
    `${description}. It tries a new key before anybody gets it. During a rotation, the previous key keeps working. It never deletes a key on a guess.`,
    "## Installation",
    "The engine downloads the plugin when you first use it. [Installation and configuration](installation-configuration.md) says where the package of each language is.",
    "In Python, these lines make your first key:",
    fenced("sh", firstKey(repository)),
    "## Example Usage",
    "This program makes a static access key of a Yandex Cloud service account, for S3 clients of Object Storage. The key is rotated every 30 days, and the previous key keeps working for a week.",
    chooser((language) =>
      fenced(language, readFileSync(url(`examples/languages/${QUICKSTARTS[language]}`), "utf8")),
    ),
    fenced(
      "sh",
      [
        "pulumi config set serviceAccountId <id>",
        'pulumi config set --secret iam-keys:yandexToken "$(yc iam create-token)"   # or YC_TOKEN in the environment',
        "pulumi up",
      ].join("\n"),
    ),
    "[Every resource](reference/README.md) has a page with its arguments, outputs, permissions and errors, and an example in each language.",
  ]);
}

/** Three lines: the program with the SDK, whose keys are made, and the key. */
function firstKey(repository: string): string {
  return [
    `pulumi new ${repository}/tree/v${VERSION}/examples/languages/python   # asks for the id of a service account`,
    'export YC_TOKEN="$(yc iam create-token)"',
    "pulumi up",
  ].join("\n");
}

function installation({ displayName, repository, pluginDownloadURL, config }: Schema): string {
  const { go, csharp, java } = LANGUAGE_SETUPS;
  const pluginInstall = `pulumi plugin install resource iam-keys ${VERSION} --server ${pluginDownloadURL}`;
  const install: Readonly<Record<Language, string>> = {
    typescript: fenced("sh", `npm install ${RELEASE}/pulumi-iam-keys-sdk-${VERSION}.tgz`),
    python: fenced("sh", `pip install ${RELEASE}/pulumi_iam_keys-${VERSION}-py3-none-any.whl`),
    go: fenced(
      "sh",
      [
        go.once[0],
        `go mod edit -replace github.com/pulumi-iam-keys/pulumi-iam-keys/sdk/go=./sdk-go && go mod tidy`,
      ].join("\n"),
    ),
    csharp: fenced(
      "sh",
      [...csharp.once, "dotnet nuget add source ./packages && dotnet add package PulumiIamKeys.IamKeys"].join(
        "\n",
      ),
    ),
    java: fenced("sh", [...java.once, java.install[0]].join("\n")),
    yaml: fenced("sh", pluginInstall),
  };
  const rows = Object.entries(config.variables).map(([name, { description, secret }]) => [
    `\`iam-keys:${name}\``,
    markdownText(String(description).replaceAll(/\s+/g, " ")),
    secret ? "yes" : "",
  ]);
  return page(
    `${displayName}: Installation & Configuration`,
    `How to install and configure ${displayName}.`,
    [
      "## Installation",
      `Each [release](${repository}/releases) has the packages, with their attestations.`,
      chooser((language) => install[language]),
      "The plugin comes from there, too, as one file for each of Linux and macOS (x64 and arm64) and Windows (x64). The engine downloads it when you first use it. A program in YAML names its source with the options `version` and `pluginDownloadURL` of its resources. Without them, install the plugin first:",
      fenced("sh", pluginInstall),
      "A TypeScript program needs no plugin: the npm package `pulumi-iam-keys` has the same resources as dynamic resources.",
      "## Configuration",
      "No setting is required. If a setting is missing, the provider looks in the environment, and then where the cloud's CLI keeps it. [Provider configuration](credentials.md) lists every way in, and which of them exclude each other. Set secrets with `pulumi config set --secret`. A setting in the stack's config wins over the environment.",
      markdownTable([["setting", "what it is", "secret"], ...rows]),
      "An explicit provider takes the same settings as its arguments `yandex` and `aws`: see [Several accounts](languages.md#several-accounts).",
    ],
  );
}

function chooser(of: (language: Language) => string): string {
  const languages = Object.keys(LANGUAGES) as Language[];
  const choices = languages.map((language) =>
    [`{{% choosable language ${language} %}}`, of(language), "{{% /choosable %}}"].join("\n\n"),
  );
  return [`{{< chooser language "${languages.join(",")}" >}}`, ...choices, "{{< /chooser >}}"].join("\n\n");
}

function page(title: string, description: string, sections: readonly string[]): string {
  const front = ["---", `title: "${title}"`, `meta_desc: "${description}"`, "layout: package", "---"].join(
    "\n",
  );
  return `${[front, WRITTEN, ...sections].join("\n\n")}\n`;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trim()}\n\`\`\``;
}

function url(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
