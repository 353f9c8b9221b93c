import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { closeDoors, DOORS } from "./doors.ts";
import { holds } from "./holds.ts";
import { tryDoor } from "./trial.ts";

const corpus = join(import.meta.dirname, "corpus");
const files = readdirSync(corpus);
const SEED = 18;
const RUNS = Number(process.env.FUZZ_RUNS ?? 60);

describe("whatever comes in gives a value or an error of ours, shows no secret and sends nothing", () => {
  after(closeDoors);

  for (const door of DOORS) {
    test(`${door.name}: inputs of one seed`, async () => {
      assert.equal((await tryDoor(door, SEED, RUNS))?.why, undefined);
    });
    for (const file of files.filter((name) => name.startsWith(`${door.name}-`)))
      test(`${door.name}: what broke it once (${file})`, async () => {
        await holds(door, JSON.parse(readFileSync(join(corpus, file), "utf8")));
      });
  }

  test("every input of the corpus belongs to a door", () => {
    const strange = files.filter((file) => !DOORS.some(({ name }) => file.startsWith(`${name}-`)));
    assert.deepEqual(strange, []);
  });
});
