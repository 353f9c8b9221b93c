import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { emptyFolder, filesIn, init, initInTerminal, LEAST } from "./support.ts";

const hasScript = spawnSync("script", ["--version"]).error === undefined;

describe("init in a terminal", { skip: !hasScript && "there is no script(1)" }, () => {
  test("asks for what no option says, takes numbers and suggestions, and asks again where an answer is wrong", async (t) => {
    const folder = await emptyFolder(t);
    const [shown, code] = await initInTerminal(
      folder,
      [],
      [
        ["[yandex:RotatingStaticAccessKey] ", "1\n"],
        ["The name of the IAM user: ", "a b\n"],
        ["The name of the IAM user: ", "mailer\n"],
        ["[30d] ", "5d\n"],
        ["[7d] ", "\n"],
        ["[7d] ", "1d\n"],
        ["[typescript] ", "cobol\n"],
        ["[typescript] ", "3\n"],
        ["[github] ", "rubbish\n"],
        ["[github] ", "5\n"],
        ["y/N", "y\n"],
      ],
    );
    assert.equal(code, 0, shown);
    assert.match(shown, /--account must consist only of letters/);
    assert.match(
      shown,
      /--overlap \(7d\) and retire\.grace \(24h\) together must be shorter than --every \(5d\)/,
    );
    assert.match(shown, /--language must be one of typescript, python, go, csharp, java, yaml/);
    assert.match(shown, /--pipeline must be one of github, gitlab, operator, systemd, none/);
    const plain = await emptyFolder(t);
    const args = [
      "--kind",
      "aws:RotatingAccessKey",
      "--account",
      "mailer",
      "--every",
      "5d",
      "--overlap",
      "1d",
    ];
    await init(plain, ...args, "--language", "go", "--pipeline", "none", "--yes");
    assert.deepEqual(await filesIn(folder), await filesIn(plain), "the same as by options");
  });

  test("asks for nothing that is given but for consent, and writes nothing without it", async (t) => {
    const folder = await emptyFolder(t);
    const given = [
      ...LEAST,
      "--kind",
      "yandex:RotatingApiKey",
      "--every",
      "9d",
      "--overlap",
      "1d",
      "--language",
      "typescript",
    ];
    for (const answer of ["n\n", "\n", "\u0004"]) {
      const [shown, code] = await initInTerminal(folder, given, [["y/N", answer]]);
      assert.deepEqual([code, await filesIn(folder)], [3, {}], shown);
      assert.match(shown, /── keys\/index\.ts/);
      assert.match(shown, /nothing was written, because nobody agreed\./);
    }
  });

  test("asks for nothing where an option is wrong", async (t) => {
    const folder = await emptyFolder(t);
    const [shown, code] = await initInTerminal(folder, ["--every", "rubbish"], []);
    assert.equal(code, 3);
    assert.match(shown, /^iam-keys init: --every must be a duration/);
  });

  test("ends where the answers end", async (t) => {
    const folder = await emptyFolder(t);
    const [shown, code] = await initInTerminal(folder, [...LEAST], [["What kind of key?", "\u0004"]]);
    assert.deepEqual([code, await filesIn(folder)], [3, {}], shown);
    assert.match(shown, /nothing was written, because there was no answer\./);
  });
});
