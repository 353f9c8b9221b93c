import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startLocalIam } from "../../local/iam/index.ts";

const run = promisify(execFile);

test("under the mocks of a unit test nothing is sent or thrown, and outputs are what the mocks give", async () => {
  const iam = await startLocalIam();
  try {
    // Whatever is thrown later ends the process with another exit code than 0.
    const { stdout } = await run(process.execPath, [path.join(import.meta.dirname, "program.ts")], {
      env: { ...process.env, ...iam.environment },
    });
    assert.deepEqual(JSON.parse(stdout), {
      id: "two-id",
      input: "of a test",
      accessKeyId: "four-id",
      iamToken: "pulumi-nodejs:dynamic/iam-keys/yandex:getIamToken of aje00000000000000000",
    });
    assert.deepEqual(iam.requests, []);
  } finally {
    await iam.close();
  }
});
