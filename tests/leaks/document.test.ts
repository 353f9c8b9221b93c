import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { blocksIn, pageText } from "../docs/shellBlocks.ts";
import { endOf } from "../support/ended.ts";
import { LeakWorld, MAIN, SECRET } from "./support/leakWorld.ts";

const PAGE = pageText("docs/leaks.md");

/** Runs a script in the stack's folder, and fails where it does. */
async function run(world: LeakWorld, file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(file, args, {
    cwd: world.stack.folder,
    env: { ...world.stack.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return endOf(child);
}

test("the function of the page signs and sends what the trigger brings", async (t) => {
  const world = await LeakWorld.create(t);
  await world.serve();
  const uploads = (await world.keysOf("uploads")).current ?? assert.fail("no key");
  const env = { WEBHOOK_URL: world.address, WEBHOOK_SECRET: SECRET, IAM_KEYS_LEAKS_SECRET: SECRET };

  const [forwarder = ""] = blocksIn(PAGE, "js");
  await world.stack.write("forwarder.js", forwarder);
  const payload = (event_type: string, event_id: string, key_id?: string) => ({
    json_payload: { event_id, event_type, details: { yandex_cloud_iam_access_key: { key_id } } },
  });
  const detected = "yandex.cloud.audit.iam.DetectLeakedCredential";
  const call = (...records: object[]) => {
    const event = JSON.stringify({ messages: [{ details: { messages: records } }] });
    const script = `require("./forwarder.js").handler(${event}).catch((error) => { console.error(error.message); process.exit(1); })`;
    return run(world, process.execPath, ["--eval", script], env);
  };
  const created = payload("yandex.cloud.audit.iam.CreateAccessKey", "a", "ajenew");
  const good = await call({ message: "no event" }, created, payload(detected, "b", uploads.accessKeyId));
  assert.deepEqual([good.code, good.stderr], [0, ""]);
  assert.match(good.stdout, /^b: 200 /);
  const unknown = await call(payload(detected, "c", "ajeunknown"));
  assert.deepEqual([unknown.code, unknown.stdout.slice(0, 7)], [0, "c: 422 "]);
  await world.stack.write("fails", "");
  const failing = await call(payload(detected, "d", uploads.id));
  assert.deepEqual([failing.code, failing.stderr], [1, "The trigger is to call again.\n"]);

  const expected = { stack: "dev", order: `leak-${uploads.id}:uploads` };
  const orders = (await world.orders()).map(({ stack, order }) => ({ stack, order }));
  assert.deepEqual(orders, [expected, expected]);
});

test("each command of the page hands the order on as one argument, or in the environment", async (t) => {
  const [, table = ""] = /\| where the pipeline runs \|[^\n]*\n([\s\S]*?)\n\n/.exec(PAGE) ?? [];
  const commands = [...table.matchAll(/^\| (\w[^|]*?) \| `(.*)` \|$/gm)];
  assert.equal(commands.length, 4);
  await Promise.all(
    commands.map(([, where = "", command = ""]) =>
      t.test(where, async (t) => {
        const world = await LeakWorld.create(t);
        const tools = path.join(world.stack.folder, "tools");
        await mkdir(tools);
        for (const tool of ["npx", "gh", "curl"]) {
          const script =
            '#!/bin/sh\n{ printf "%s\\n" "order=$IAM_KEYS_ROTATE_NOW" "$(basename "$0")" "$@"; } >> asked\n';
          await writeFile(path.join(tools, tool), script);
          await chmod(path.join(tools, tool), 0o755);
        }
        const { id } = (await world.keysOf("uploads")).current ?? assert.fail("no key");
        const own = `exec "${process.execPath}" "${MAIN}" leak-webhook --plain-http --port=0 --stack=dev -- ${command}`;
        const env = { PATH: `${tools}:/usr/bin:/bin`, TRIGGER_TOKEN: "of-gitlab" };
        await world.start("sh", ["-euc", own], env);
        assert.equal((await world.send({ keyId: id })).status, 200, world.printed);
        const order = `leak-${id}:uploads`;
        const [inEnvironment, tool, ...args] = (
          await readFile(path.join(world.stack.folder, "asked"), "utf8")
        )
          .trimEnd()
          .split("\n");
        assert.equal(inEnvironment, `order=${order}`);
        const handedOn = {
          npx: ["--stack", where.includes("several") ? "dev" : "production"],
          gh: ["--field", `rotateNow=${order}`],
          curl: ["--form", `variables[IAM_KEYS_ROTATE_NOW]=${order}`],
        }[tool ?? ""];
        assert.ok(args.join("\n").includes((handedOn ?? assert.fail(tool)).join("\n")), args.join(" "));
      }),
    ),
  );
});
