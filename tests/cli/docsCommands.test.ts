import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { realEngine } from "../../tools/engine.ts";
import { commandLines } from "../docs/commandLines.ts";

const run = promisify(execFile);

test("each command of the Pulumi CLI in the docs is one that it has, with its flags", async () => {
  const engine = await realEngine();
  const helps = new Map<string, Promise<string>>();
  const helpOf = (words: readonly string[]) => {
    const command = words.join(" ");
    const env = {
      ...process.env,
      ...engine.environment,
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_EXPERIMENTAL: "true",
    };
    const asked = async () => (await run(engine.file, [...engine.args, ...words, "--help"], { env })).stdout;
    const help = helps.get(command) ?? asked();
    helps.set(command, help);
    return help;
  };
  const lines = commandLines("pulumi").filter(({ words }) => words.length > 1);
  assert.ok(lines.length > 50);
  for (const { name, words } of lines) {
    const firstOther = words.findIndex((word, at) => at > 0 && !/^[a-z][a-z-]*$/.test(word));
    const help = await helpOf(words.slice(1, firstOther < 0 ? 3 : Math.min(firstOther, 3)));
    const [, usage = ""] = /^Usage:\n {2}(.*)$/m.exec(help) ?? [];
    const [leading = ""] = /^[a-z][a-z-]*( [a-z][a-z-]*)*(?= |$)/.exec(usage) ?? [];
    const path = leading.split(" ");
    const [, aliases = ""] = /^Aliases:\n {2}(.*)$/m.exec(help) ?? [];
    const isNamed = (word: string, at: number) => word === path[at] || aliases.split(", ").includes(word);
    assert.ok(words.slice(0, path.length).every(isNamed), `${name}: it has ${leading}`);
    assert.ok(path.length > 1, `${name}: there is no such command`);
    const takesWords = /<|\[(?!flags|command)/.test(usage);
    const [next = "-"] = words.slice(path.length);
    assert.ok(takesWords || next.startsWith("-"), `${name}: ${path.join(" ")} takes no "${next}"`);
    for (const [flag] of words.join("\n").matchAll(/^--?[a-z][a-z-]*/gm))
      assert.match(
        help,
        new RegExp(`^ +(-\\w, )?${flag}\\b|^ +${flag}, `, "m"),
        `${name}: there is no ${flag}`,
      );
  }
});
