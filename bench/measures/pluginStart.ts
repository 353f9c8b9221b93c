import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { timesFloor } from "../row.ts";
import { Sample } from "../statistics.ts";
import type { Measure } from "./measure.ts";
import { secondsOf } from "./seconds.ts";

const PLUGIN = fileURLToPath(new URL("../../dist/bundle/pulumi-resource-iam-keys", import.meta.url));
const MOST = 6;
const TIMES = 5;

/** From the start of the plugin to its port, beside a Node.js that does nothing. */
export const pluginStart: Measure = {
  name: "plugin-start",
  async run({ rounds }) {
    const [plugin, bare]: [number[], number[]] = [[], []];
    for (let time = 0; time < rounds * TIMES; time++) {
      bare.push(await secondsOf(() => startOf(process.execPath, "--eval", "console.log(0)")));
      plugin.push(await secondsOf(() => startOf(PLUGIN, "127.0.0.1:9")));
    }
    return [
      timesFloor("start of the plugin, until it prints its port; floor: `node --eval`", {
        measured: new Sample(plugin, "s"),
        floor: new Sample(bare, "s"),
        most: MOST,
      }),
    ];
  },
};

/** Resolves when the process has printed something. */
async function startOf(file: string, ...args: string[]): Promise<void> {
  const PATH = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, PATH } });
  const closed = once(child, "close");
  await Promise.race([once(child.stdout, "data"), closed]);
  if (child.exitCode) throw new Error(`${file} ended with ${child.exitCode}`);
  child.kill("SIGKILL");
  void closed;
}
