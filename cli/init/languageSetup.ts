import { VERSION } from "../../provider/version.ts";
import type { Language } from "../languages.ts";
import { RELEASE } from "./release.ts";

/** What a language needs beside the program itself: the one place where the files of a pipeline differ by it. */
interface LanguageSetup {
  /** The runtime in Pulumi.yaml. */
  readonly runtime: string;
  /** The path of the program. In YAML, it is a part of Pulumi.yaml. */
  readonly program: string;
  /** What begins a comment in it. */
  readonly comment: "#" | "//";
  /** The files of `examples/languages` that name what the program depends on; every project has the same. */
  readonly dependencies: readonly string[];
  /** What git ignores. */
  readonly ignored: readonly string[];
  /** What a person runs once; what it brings is committed. */
  readonly once: readonly string[];
  /** What is run in every fresh checkout, where the command itself is installed already. */
  readonly install: readonly string[];
  /** The step of GitHub Actions that installs the language. */
  readonly githubStep?: { readonly uses: string; readonly with: Readonly<Record<string, string>> };
}

const USUAL = {
  comment: "//",
  dependencies: [],
  ignored: [],
  once: [],
  install: ["pulumi install"],
} as const;

export const LANGUAGE_SETUPS: Readonly<Record<Language, LanguageSetup>> = {
  typescript: {
    ...USUAL,
    // The program needs no compiler: Node.js takes TypeScript as it is.
    runtime: "\n  name: nodejs\n  options:\n    typescript: false",
    program: "index.ts",
    install: [],
  },
  python: {
    ...USUAL,
    runtime: "\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: venv",
    program: "__main__.py",
    comment: "#",
    dependencies: ["requirements.txt"],
    ignored: ["venv/", "__pycache__/"],
    githubStep: {
      uses: "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
      with: { "python-version": '"3.13"' },
    },
  },
  go: {
    ...USUAL,
    runtime: " go",
    program: "main.go",
    dependencies: ["go.mod"],
    once: [
      `curl -fL ${RELEASE}/pulumi-iam-keys-sdk-go-${VERSION}.tar.gz | tar -xz   # the folder sdk-go`,
      "go mod tidy",
    ],
    githubStep: {
      uses: "actions/setup-go@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e # v7.0.0",
      with: { "go-version": "stable", cache: "false" },
    },
  },
  csharp: {
    ...USUAL,
    runtime: " dotnet",
    program: "Program.cs",
    dependencies: ["keys.csproj"],
    ignored: ["bin/", "obj/"],
    once: [`curl -fLO --output-dir packages --create-dirs ${RELEASE}/PulumiIamKeys.IamKeys.${VERSION}.nupkg`],
    githubStep: {
      uses: "actions/setup-dotnet@a98b56852c35b8e3190ac28c8c2271da59106c68 # v6.0.0",
      with: { "dotnet-version": "8.0.x" },
    },
  },
  java: {
    ...USUAL,
    runtime: " java",
    program: "src/main/java/App.java",
    dependencies: ["pom.xml"],
    ignored: ["target/"],
    once: [
      `curl -fL ${RELEASE}/pulumi-iam-keys-sdk-java-${VERSION}.tar.gz | tar -xz   # the folder sdk-java`,
    ],
    install: ["mvn --file sdk-java/pom.xml install", "pulumi install"],
    githubStep: {
      uses: "actions/setup-java@b6effb05e454b25005698d916606bdc6ffcbf961 # v5.7.0",
      with: { distribution: "temurin", "java-version": '"21"' },
    },
  },
  yaml: { ...USUAL, runtime: " yaml", program: "Pulumi.yaml", comment: "#" },
};
