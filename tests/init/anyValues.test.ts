import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { parse, parseAllDocuments } from "yaml";
import { DEFAULTS, LANGUAGE_NAMES, PIPELINES, TYPES } from "../../cli/init/answers.ts";
import { filesOf } from "../../cli/init/files.ts";
import { LANGUAGE_SETUPS } from "../../cli/init/languageSetup.ts";
import { placeOf } from "../../cli/init/place.ts";
import type { Plan } from "../../cli/init/plan.ts";
import { problemsWith } from "../../cli/init/problems.ts";
import { yamlText } from "../../cli/init/yamlText.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";

const HOSTILE = [
  '"',
  "'",
  "`",
  "$(x)",
  `$\{x}`,
  `$\{{ x }}`,
  "$[[ inputs.x ]]",
  "\n",
  "\r\n- x",
  ": ",
  " #",
  "%n",
  "\\",
  "\u2028",
  "\u0085",
  "\u007f",
  "é",
  "🔑",
  "-",
  "--",
  "..",
  "/",
  " ",
  "a",
  "0",
  "null",
  "yes",
  "1_000",
  "0x1",
  "1e3",
  "*",
  "&x",
  "!x",
  "|",
  ">",
  "\t",
];

/** Words and pieces that mean something to YAML, a shell, TypeScript, systemd or a pipeline. */
const text = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join("")),
  fc.stringMatching(/^[\w.-]{1,20}$/),
  fc.string({ unit: "binary", minLength: 1 }),
);

const answers = fc.record({
  kind: fc.constantFrom(...TYPES),
  pipeline: fc.constantFrom(...PIPELINES),
  language: fc.constantFrom(...LANGUAGE_NAMES),
  name: text,
  account: text,
  stack: text,
  every: fc.oneof(fc.constantFrom("30d", "P90D", "PT12H"), text),
  overlap: fc.oneof(fc.constantFrom("7d", "0s", "PT1H"), text),
});

describe("whatever the answers are", () => {
  let root: string;
  before(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), "iam-keys-init-")));
    await mkdir(path.join(root, ".git"));
  });
  after(() => rm(root, { recursive: true }));

  test("each is refused, or stands where it belongs and breaks nothing around it", async () => {
    let taken = 0;
    let placed = 0;
    const property = fc.asyncProperty(answers, text, async (drawn, dir) => {
      // One answer that is drawn among good ones is taken far more often than seven of them.
      for (const about of ["name", "account", "stack", "every", "overlap"] as const) {
        const { kind, pipeline, language } = drawn;
        const given = { ...DEFAULTS, account: "aje", kind, pipeline, language, [about]: drawn[about] };
        if ((await problemsWith(given)).length > 0) continue;
        taken++;
        await requireSound({ ...given, project: "keys", folder: "keys", facts: await loadWholeKind(kind) });
      }
      const place = await Promise.resolve(dir.replaceAll("\0", "")).then((folder) => placeIn(root, folder));
      if (!place) return;
      placed++;
      const { pipeline, language } = drawn;
      const given = { ...DEFAULTS, account: "aje", pipeline, language };
      await requireSound({ ...given, ...place, facts: await loadWholeKind(given.kind) });
    });
    await fc.assert(property, { numRuns: 200 });
    assert.ok(taken > 100, `${taken} were taken`);
    assert.ok(placed > 20, `${placed} folders were taken`);
  });

  test("YAML reads a text as that text", () => {
    fc.assert(
      fc.property(text, (any) => {
        for (const version of ["1.1", "1.2"] as const)
          assert.equal(parse(`a: ${yamlText(any)}\nb: 1\n`, { version }).a, Buffer.from(any).toString());
      }),
      { numRuns: 1000, examples: [["2001-01-01"], ["0x1F"], ["y"], ["~"], ["1_000"], ["12:30:45"], ["<<"]] },
    );
  });
});

function placeIn(root: string, folder: string) {
  try {
    const { project, folder: found } = placeOf(path.join(root, "x", path.join("/", folder)), "github");
    return { project, folder: found };
  } catch {
    return undefined;
  }
}

/** Every file says what the plan says, to whoever reads that language, and no more. */
async function requireSound(plan: Plan): Promise<void> {
  const files = Object.fromEntries(
    (await filesOf(plan)).map(({ path: file, text: content }) => [file, content]),
  );
  const inFolder = (file: string) => files[path.posix.join(plan.folder, file)] ?? assert.fail(file);
  const reference: Plan = {
    ...plan,
    name: "uploads",
    account: "aje",
    stack: "production",
    every: "30d",
    overlap: "7d",
  };
  const usual = await filesOf({ ...reference, project: "keys", folder: "keys" });
  assert.equal(Object.keys(files).length, usual.length);

  const { config } = parse(inFolder(`Pulumi.${plan.stack}.yaml`));
  assert.equal(config[`${plan.project}:${plan.facts.account}`], plan.account);
  assert.equal(parse(inFolder("Pulumi.yaml")).name, plan.project);

  // What stands in a command is one word to every shell, is no option, and nothing is put in its place.
  for (const word of plan.pipeline === "none" ? [plan.stack] : [plan.stack, plan.folder])
    assert.match(word, /^[A-Za-z0-9_.][A-Za-z0-9_./-]*$/);

  // The program says the values as strings, and is the usual one but for them.
  const file = LANGUAGE_SETUPS[plan.language].program;
  const [program, usualProgram = ""] = [
    inFolder(file),
    usual.find((each) => each.path === `keys/${file}`)?.text,
  ];
  if (plan.language === "yaml")
    assert.deepEqual(yamlProgramOf(program, plan), yamlProgramOf(usualProgram, reference));
  else assert.equal(swapped(program, plan, reference), usualProgram);

  for (const [file, content] of Object.entries(files)) {
    if (!/rotate-keys/.test(file)) continue;
    const unusual = usual.find((each) => path.basename(each.path) === path.basename(file))?.text ?? "";
    if (/\.ya?ml$/.test(file)) requireSameShape(content, unusual);
    else assert.equal(content.split("\n").length, unusual.split("\n").length);
  }
}

/** The program of one plan with the values of another in their places. */
function swapped(program: string, plan: Plan, other: Plan): string {
  const values = (each: Plan) => [
    `every: ${JSON.stringify(each.every)} }, overlap: ${JSON.stringify(each.overlap)} };`,
    `Key("${each.name}", {`,
    `Secret("${each.name}", {`,
    `"${each.name}-credentials"`,
    `"${each.name}.credentials"`,
    ...[each.name, each.every, each.overlap].map((value) => `"${value}"`),
  ];
  return values(plan).reduce(
    (content, value, index) => content.replace(value, () => values(other)[index] ?? ""),
    program,
  );
}

/** What a program in YAML says beside the values of its plan, which it must have. */
function yamlProgramOf(program: string, plan: Plan): unknown {
  const { name: _, resources, ...rest } = parse(program);
  const { name, properties, ...key } = resources.key;
  const { rotate, overlap, ...more } = properties;
  assert.deepEqual([name, rotate, overlap], [plan.name, { every: plan.every }, plan.overlap]);
  return [rest, key, more];
}

/** Documents with the same keys and lists, whose texts differ alone. */
function requireSameShape(one: string, other: string): void {
  const shape = (content: string) =>
    parseAllDocuments(content).map((document) => {
      assert.deepEqual(document.errors, []);
      return JSON.stringify(document.toJS(), (_, value) => (typeof value === "string" ? "text" : value));
    });
  assert.deepEqual(shape(one), shape(other));
}
