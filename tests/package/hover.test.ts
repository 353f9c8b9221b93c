import assert from "node:assert/strict";
import path from "node:path";
import { before, describe, test } from "node:test";
import ts from "typescript";
import { aws, yandex } from "../../sdk/index.ts";

const FILE = path.join(import.meta.dirname, "../../examples/quickstart/hovered.ts");

/** What an editor shows at each mark in a program, and in its list of completions. */
function openInEditor(text: string) {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    types: [],
  };
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    fileExists: (file) => file === FILE || ts.sys.fileExists(file),
    readFile: ts.sys.readFile,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => "1",
    getScriptSnapshot: (file) => {
      const content = file === FILE ? text : ts.sys.readFile(file);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => path.dirname(FILE),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
  const positionOf = (mark: string) => text.indexOf(`/*${mark}*/`) + mark.length + 4;
  return {
    errors: () => service.getSemanticDiagnostics(FILE).map(({ messageText }) => messageText),
    hover: (mark: string) => service.getQuickInfoAtPosition(FILE, positionOf(mark)),
    completion: (mark: string, name: string) =>
      service.getCompletionEntryDetails(FILE, positionOf(mark), name, {}, undefined, undefined, undefined),
  };
}

const CLASSES = [
  ...Object.keys(aws).map((name) => ["aws", name] as const),
  ...Object.keys(yandex)
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => ["yandex", name] as const),
];

describe("an editor shows what is written about", () => {
  let editor: ReturnType<typeof openInEditor>;

  before(() => {
    const lines = CLASSES.flatMap(([cloud, name]) => [
      `new ${cloud}./*new ${name}*/${name}("x", {} as never);`,
      `new ${cloud}./*encrypted ${name}*/${name}("x", encrypted);`,
      `export declare const some${name}: ${cloud}./*type ${name}*/${name};`,
    ]);
    editor = openInEditor(`
      import { aws, yandex } from "pulumi-iam-keys";
      interface Encrypted { encryptTo: { age: string } }
      declare const encrypted: Encrypted & { sessionName: string; serviceAccountId: string; oauthClientId: string };
      ${lines.join("\n")}
      yandex./*getIamToken*/getIamToken({ serviceAccountId: "aje" });
      export const { secret } = new yandex.ApiKey("x", { /*argument*/expiresIn: "90d" });
    `);
  });

  for (const [cloud, name] of CLASSES) {
    test(`${cloud}.${name}: its documentation and an example where it is made, a line wherever it is named`, () => {
      for (const mark of [`new ${name}`, `encrypted ${name}`]) {
        const { documentation, tags } = editor.hover(mark) ?? assert.fail(mark);
        assert.match(ts.displayPartsToString(documentation), /^An? .*\b(key|token|secret)\b/i, mark);
        const example = tags?.find((tag) => tag.name === "example")?.text;
        assert.match(ts.displayPartsToString(example), new RegExp(`new ${cloud}\\.${name}\\(`), mark);
      }
      const { documentation } = editor.hover(`type ${name}`) ?? assert.fail();
      assert.match(ts.displayPartsToString(documentation), /^An? [^{]*\.$/);
      assert.deepEqual(editor.completion(`type ${name}`, name)?.documentation, documentation);
    });
  }

  test("a function and an argument", () => {
    assert.deepEqual(editor.errors(), []);
    assert.match(ts.displayPartsToString(editor.hover("encrypted ApiKey")?.displayParts), /encryptedTo/);
    for (const mark of ["getIamToken", "argument"])
      assert.notEqual(ts.displayPartsToString(editor.hover(mark)?.documentation), "", mark);
  });
});
