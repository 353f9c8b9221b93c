import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import type { CommanderError } from "commander";
import { COMMANDS } from "../../cli/commands.ts";
import { EXIT } from "../../cli/exitCodes.ts";
import { programOf } from "../../cli/program.ts";
import { commandLines } from "./commandLines.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** Reads a command line as `iam-keys` does, without running anything; gives the command that would run. */
async function commandOf(words: readonly string[]): Promise<string> {
  const ran: string[] = [];
  const commands = COMMANDS.map((command) => ({
    ...command,
    run: async () => {
      ran.push(command.name);
      return EXIT.fine;
    },
  }));
  const program = programOf(commands, () => {});
  for (const each of [program, ...program.commands]) each.configureOutput({ writeErr: () => {} });
  await program.parseAsync(words, { from: "user" });
  return ran.join();
}

async function scriptsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await readFile(path.join(ROOT, folder, "package.json"), "utf8")).scripts ?? {};
}

describe("the commands in the docs", () => {
  const own = [
    ...commandLines("iam-keys").map(({ name, words }) => ({ name, words: words.slice(1) })),
    ...commandLines("npx", "iam-keys").map(({ name, words }) => ({ name, words: words.slice(2) })),
  ];

  test("of iam-keys are commands with options that it takes", async () => {
    const named = new Set<string>();
    for (const { name, words } of own) {
      // "<command>", "[options]": a place for what a reader puts there.
      const [command = "", ...rest] = words.filter((word) => !/^\[.*\]$/.test(word));
      if (command === "" || command === "<command>") continue;
      if (command === "help" || command === "complete") {
        const isKnown = command === "complete" || rest.every((of) => of === "<command>" || isCommand(of));
        assert.ok(isKnown, name);
        continue;
      }
      const ran = await commandOf([command, ...rest]).catch((error: CommanderError) => {
        // The bare name of a command is how a sentence speaks of it.
        if (rest.length > 0 || error.code !== "commander.missingMandatoryOptionValue")
          assert.fail(`${name}: ${error.message}`);
        return command;
      });
      assert.equal(ran, command, name);
      named.add(command);
    }
    assert.deepEqual([...named].sort(), COMMANDS.map(({ name }) => name).sort());
  });

  test("of npm are scripts that there are", async () => {
    const lines = [...commandLines("npm", "run"), ...commandLines("npm", "test")];
    assert.ok(lines.length > 50);
    for (const { name, words } of lines) {
      const place = words.findIndex((word) => /^(-w|--prefix)$/.test(word));
      const scripts = await scriptsOf(place < 0 ? "" : (words[place + 1] ?? ""));
      const [, script] =
        Object.entries(scripts).find(([each]) => each === (words[1] === "test" ? "test" : words[2])) ?? [];
      assert.ok(script, name);
      const [, command] = /^node cli\/main\.ts (\S+)$/.exec(script) ?? [];
      if (command)
        assert.equal(await commandOf([command, ...words.slice(words.indexOf("--") + 1)]), command, name);
    }
  });

  test("are refused where there is no such command or option", async () => {
    await assert.rejects(commandOf(["statsu"]), /unknown command/);
    await assert.rejects(commandOf(["status", "--ofline"]), /unknown option/);
  });
});

function isCommand(word: string): boolean {
  return COMMANDS.some(({ name }) => name === word);
}
