import { spawn } from "node:child_process";

/** What is typed once that is shown. */
export type Answer = readonly [until: string, typed: string | (() => Promise<string>)];

interface How {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Whatever waits longer for an answer waits for one that no test gives. */
const LONGEST_SILENCE_MS = 120_000;

/** Runs a shell's command line in a terminal of its own, by script(1); gives all that it shows, and its exit code. */
export async function inTerminal(
  command: string,
  { cwd, env }: How,
  answers: readonly Answer[],
): Promise<[shown: string, code: number | null]> {
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd,
    env: { ...env, SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const left = [...answers];
  let shown = "";
  let seen = 0;
  const silence = setTimeout(() => left.length > 0 && child.kill(), LONGEST_SILENCE_MS);
  for await (const text of child.stdout.setEncoding("utf8")) {
    shown += text;
    silence.refresh();
    const [next] = left;
    const at = next ? shown.indexOf(next[0], seen) : -1;
    if (!next || at < 0) continue;
    seen = at + next[0].length;
    left.shift();
    child.stdin.write(typeof next[1] === "string" ? next[1] : await next[1]());
  }
  clearTimeout(silence);
  const code = child.exitCode ?? (await new Promise<number | null>((done) => child.once("close", done)));
  if (left.length > 0) throw new Error(`It never asked "${left[0]?.[0]}"\n${shown}`);
  return [shown, code];
}
