import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { before, describe, type TestContext, test } from "node:test";
import ts from "typescript";
import { parse } from "yaml";
import { LANGUAGES, type Language } from "../../cli/languages.ts";
import { adoptionText } from "../../cli/scan/adoption.ts";
import { plain } from "../../cli/words.ts";
import { endOf } from "../support/ended.ts";
import { adoptionTexts, WRITTEN } from "./adoptionTexts.ts";

const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[];

/** What a tool says of texts on its standard input; a reason to skip where there is no such tool. */
async function said(
  t: TestContext,
  tool: string,
  args: readonly string[],
  input: string,
): Promise<string | undefined> {
  const child = spawn(tool, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = await endOf(child).catch(() => undefined);
  if (!ended) return void t.skip(`there is no ${tool}`);
  assert.equal(ended.code, 0, ended.stderr);
  return ended.stdout;
}

/** Every text that a program in Python writes in full. */
const CONSTANTS = `
import ast, json, sys
print(json.dumps([[node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)] for text in json.load(sys.stdin)]))
`;

describe("a program that adopts keys", () => {
  const texts = {} as Record<Language, string[]>;
  before(() => {
    for (const language of LANGUAGE_NAMES) texts[language] = adoptionTexts(language);
  });

  test("has nothing left of its template, and hides nothing", () => {
    for (const text of LANGUAGE_NAMES.flatMap((language) => texts[language])) {
      assert.doesNotMatch(
        text,
        /"(ACCOUNT|ID|DESCRIPTION|KEYALGORITHM|EXPIRESAT|adopted\d?)"|\badopted\d?\b/,
      );
      for (const line of text.split("\n").map((each) => each.replace(/^\t+/, "")))
        assert.equal(plain(line), line);
      assert.match(text, /^ *\t*(\/\/|#) key99 is left out: it carries the name of shop\/prod\/uploads\.$/m);
    }
  });

  test("is TypeScript", () => {
    for (const text of texts.typescript) {
      const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
      assert.deepEqual(diagnostics, []);
    }
  });

  test("is YAML with a resource for each key, whose texts are those of the key", () => {
    const { resources } = parse(texts.yaml.at(-1) ?? "");
    assert.equal(Object.keys(resources).length, 8);
    const { type, properties } = resources["mailer-key2"];
    assert.deepEqual(
      [type, properties],
      [
        "iam-keys:yandex:RotatingApiKey",
        {
          serviceAccountId: "mailer",
          description: WRITTEN.replace("${", () => "$${"),
          expiresAt: "2027-01-01T00:00:00Z",
          adopt: { id: "key2" },
          rotate: { every: "90d", paused: true },
        },
      ],
    );
    assert.deepEqual(Object.keys(resources["mailer-key3"].properties), [
      "serviceAccountId",
      "adopt",
      "rotate",
    ]);
  });

  test("is Python whose texts are those of the key", async (t) => {
    const output = await said(t, "python3", ["-c", CONSTANTS], JSON.stringify(texts.python));
    if (output === undefined) return;
    const constants = JSON.parse(output);
    assert.equal(constants.length, texts.python.length);
    assert.ok(constants.at(-1).includes(WRITTEN), JSON.stringify(constants.at(-1)));
    assert.ok(constants.at(-1).includes("mailer-key7"));
  });

  test("is Go as gofmt writes it", async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "adopted-"));
    t.after(() => rm(folder, { recursive: true }));
    const files = texts.go.map((_, index) => path.join(folder, `main${index}.go`));
    for (const [index, file] of files.entries()) await writeFile(file, texts.go[index] ?? "");
    assert.equal((await said(t, "gofmt", ["-l", ...files], "")) ?? "", "");
  });

  test("imports only what its keys need, and names each variable once", () => {
    const [onlyAws = ""] = texts.go;
    assert.match(onlyAws, /iamkeys\/aws"$/m);
    assert.doesNotMatch(onlyAws, /iamkeys\/yandex/);
    assert.equal(onlyAws.split("err := ").length, 2);
    for (const text of [...texts.csharp, ...texts.java]) {
      const variables = [...text.matchAll(/\bvar (\w+) = /g)].map(([, name]) => name);
      assert.equal(new Set(variables).size, variables.length);
      assert.ok(variables.length >= 2);
    }
  });

  test("is only remarks where there is no key to take over", () => {
    for (const language of LANGUAGE_NAMES)
      for (const line of adoptionText([], [], language).split("\n"))
        assert.match(line, /^(\/\/|#) There is no key to take over\.$/);
  });
});
