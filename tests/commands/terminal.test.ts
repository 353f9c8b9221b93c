import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { withProgress } from "../../cli/terminal.ts";

/** A stream that keeps what is written. */
function written(isTTY: boolean, columns = 80) {
  const texts: string[] = [];
  const write = (text: string | Uint8Array) => texts.push(String(text)) > 0;
  return { texts, stream: { isTTY, columns, write } };
}

describe("the line that says what is going on", () => {
  const lasting = async (
    milliseconds: number,
    isTTY: boolean,
    outcome: () => string,
    what: string | (() => string) = "Looking",
  ) => {
    mock.timers.enable({ apis: ["setInterval"] });
    try {
      const { texts, stream } = written(isTTY, 21);
      let end = () => {};
      const waiting = new Promise<void>((resolve) => {
        end = resolve;
      });
      const work = withProgress(what, () => waiting.then(outcome), stream as never);
      mock.timers.tick(milliseconds);
      end();
      const ended = await work.catch((error) => error);
      const count = texts.length;
      mock.timers.tick(60_000);
      assert.equal(texts.length, count, "nothing is written when the work is done");
      return { ended, texts };
    } finally {
      mock.timers.reset();
    }
  };

  test("is there after two seconds, and is removed at the end", async () => {
    const { ended, texts } = await lasting(3000, true, () => "done");
    assert.equal(ended, "done");
    assert.deepEqual(texts, ["\r\u001b[2KLooking … 2 s", "\r\u001b[2KLooking … 3 s", "\r\u001b[2K"]);
  });

  test("says what is done at that moment, in one line of the terminal", async () => {
    let account = 0;
    const what = () => `Account ${++account} of all of them`;
    const { texts } = await lasting(3000, true, () => "done", what);
    assert.deepEqual(texts.slice(0, 2), [
      "\r\u001b[2KAccount 1 of a … 2 s",
      "\r\u001b[2KAccount 2 of a … 3 s",
    ]);
  });

  test("is removed where the work fails, too", async () => {
    const failure = new Error("no network");
    const { ended, texts } = await lasting(2000, true, () => {
      throw failure;
    });
    assert.equal(ended, failure);
    assert.equal(texts.at(-1), "\r\u001b[2K");
  });

  test("is not there for what is done sooner, or where there is no terminal", async () => {
    assert.deepEqual((await lasting(1999, true, () => "done")).texts, []);
    assert.deepEqual((await lasting(60_000, false, () => "done")).texts, []);
  });
});
