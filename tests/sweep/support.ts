import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { passphrase, TestStack } from "../../local/engine/tests/support/stack.ts";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { assertHides } from "../security/support/exposure.ts";
import { type Ended, endOf } from "../support/ended.ts";
import { inTerminal } from "../support/terminal.ts";

/** As it is published, which is also what starts soonest. */
const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The PATH without a `pulumi`. */
const BARE_PATH = path.dirname(process.execPath);

const PROGRAM = `
const { aws, yandex } = require("pulumi-iam-keys");
const { serviceAccountId, userName, adopt } = require("./program.json");

new yandex.StaticAccessKey("uploads", { serviceAccountId });
new yandex.RotatingStaticAccessKey("backups", { serviceAccountId, rotate: { every: "30d" } });
new aws.AccessKey("mailer", { userName });
if (adopt) new yandex.StaticAccessKey("taken", { serviceAccountId, adopt: { id: adopt } });
`;

const HOUR = 60 * 60 * 1000;

/** So long ago, in RFC 3339. */
export const ago = (hours: number, seconds = 0) =>
  new Date(Date.now() - hours * HOUR + seconds * 1000).toISOString();

// biome-ignore lint/suspicious/noExplicitAny: it is the document itself that is looked at
export type Document = any;

/** A server, and a stack of three resources with a key each. */
export class SweptStack {
  readonly iam: LocalIam;
  readonly stack: TestStack;
  /** The ids of the keys that the stack made. */
  readonly held: readonly string[];
  readonly #cleanUps: (() => unknown)[];

  private constructor(iam: LocalIam, stack: TestStack, held: readonly string[], cleanUps: (() => unknown)[]) {
    this.iam = iam;
    this.stack = stack;
    this.held = held;
    this.#cleanUps = cleanUps;
  }

  static async create(shared?: LocalIam): Promise<SweptStack> {
    const cleanUps: (() => unknown)[] = [];
    const iam = shared ?? (await startLocalIam());
    if (!shared) cleanUps.push(() => iam.close());
    const stack = await TestStack.create({ after: (work: () => unknown) => cleanUps.unshift(work) } as never);
    Object.assign(stack.env, iam.environment);
    const before = iam.keys().map(({ id }) => id);
    await stack.write("index.js", PROGRAM);
    const swept = new SweptStack(iam, stack, [], cleanUps);
    await swept.program();
    await stack.up();
    const held = iam.keys().flatMap(({ id }) => (before.includes(id) ? [] : [id]));
    return new SweptStack(iam, stack, held, cleanUps);
  }

  async program(more: object = {}): Promise<void> {
    const { serviceAccountId, userName } = this.iam;
    await this.stack.write("program.json", JSON.stringify({ serviceAccountId, userName, ...more }));
  }

  async close(): Promise<void> {
    for (const cleanUp of this.#cleanUps) await cleanUp();
  }

  /** A key of the account, made two hours ago, with that at the end of its description. */
  plant(tag: string, more: { createdAt?: string; lastUsedAt?: string } = {}): Promise<string> {
    const { serviceAccountId: owner } = this.iam;
    const kind = "yandex:StaticAccessKey";
    return this.iam.plantKey({ kind, owner, description: `by hand ${tag}`, createdAt: ago(2), ...more });
  }

  plantOfUser(more: { lastUsedAt?: string; status?: "Inactive" } = {}): Promise<string> {
    const { userName: owner } = this.iam;
    return this.iam.plantKey({ kind: "aws:AccessKey", owner, createdAt: ago(2), ...more });
  }

  /** The ids of all keys that exist beside those of the stack. */
  others(): string[] {
    return this.iam.keys().flatMap(({ id, owner }) => {
      const isCaller = owner === this.iam.callerUserName;
      return isCaller || this.held.includes(id) ? [] : [id];
    });
  }

  /** Removes what a test has planted. */
  clear(): void {
    for (const id of this.others()) this.iam.remove(id);
    this.iam.clearFaults();
  }

  async sweep(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const ended = await endOf(
      spawn(process.execPath, [MAIN, "sweep", ...args], {
        cwd: this.stack.folder,
        env: { ...this.stack.env, PATH: BARE_PATH, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    this.assertHidden(ended.stdout + ended.stderr);
    return ended;
  }

  /** What `--json` prints, and the exit code. */
  async document(
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<[Document, number | null]> {
    const { stdout, code } = await this.sweep([...args, "--json"], env);
    return [JSON.parse(stdout), code];
  }

  /**
   * The same in a terminal: gives all that it shows, and its exit code.
   *
   * @param answer what is typed once it asks
   */
  async sweepInTerminal(
    args: readonly string[],
    answer: () => Promise<string>,
  ): Promise<[string, number | null]> {
    const words = [process.execPath, MAIN, "sweep", ...args].map((word) => `'${word}'`).join(" ");
    const command = `PATH='${BARE_PATH}' exec ${words}`;
    const how = { cwd: this.stack.folder, env: this.stack.env };
    const [shown, code] = await inTerminal(command, how, [["y/N", answer]]);
    this.assertHidden(shown);
    return [shown, code];
  }

  assertHidden(printed: string): void {
    assertHides(printed, [...new Set([...this.iam.secrets(), passphrase])], "what was printed");
  }
}

/** By the ids, what the document says of the keys. */
export function byId(document: Document): Record<string, Document> {
  return Object.fromEntries(document.keys.map((key: Document) => [key.id, key]));
}
