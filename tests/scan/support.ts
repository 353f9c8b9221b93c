import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { LocalIam } from "../../local/iam/index.ts";
import { assertHides } from "../security/support/exposure.ts";
import { COMPILED } from "../support/compiled.ts";
import { type Ended, endOf } from "../support/ended.ts";

/** As it is published, which is also what starts soonest. */
export const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** The PATH without a `pulumi`. */
const BARE_PATH = path.dirname(process.execPath);
const DAY = 24 * 60 * 60 * 1000;

/** So many days ago, in RFC 3339. */
export const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString();

// biome-ignore lint/suspicious/noExplicitAny: it is the document itself that is looked at
export type Document = any;

export interface How {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The policy that docs/scan.md asks for. */
export const DOCUMENTED_POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: [
        "iam:GenerateCredentialReport",
        "iam:GetAccessKeyLastUsed",
        "iam:GetCredentialReport",
        "iam:ListAccessKeys",
        "iam:ListUsers",
      ],
      Resource: "*",
    },
  ],
} as const;

/** Runs `iam-keys scan` with this environment. */
export async function scanOf(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  cwd?: string | undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, "scan", ...args], {
    cwd,
    env: { HOME: "/nonexistent", ...env, PATH: BARE_PATH, NODE_COMPILE_CACHE: COMPILED },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return endOf(child);
}

/** Runs `iam-keys scan` with the server's environment. */
export async function scan(
  iam: LocalIam,
  args: readonly string[],
  { cwd, env = {} }: How = {},
): Promise<Ended> {
  const ended = await scanOf({ ...iam.environment, ...env }, args, cwd);
  assertHides(ended.stdout + ended.stderr, iam.secrets(), "what was printed");
  return ended;
}

/** What `--json` prints, and the exit code. */
export async function scanned(iam: LocalIam, args: readonly string[]): Promise<[Document, number | null]> {
  const { stdout, code } = await scan(iam, [...args, "--json"]);
  return [JSON.parse(stdout), code];
}
