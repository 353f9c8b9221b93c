import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { TestStack } from "../../../local/engine/tests/support/stack.ts";
import { type LocalIam, startLocalIam } from "../../../local/iam/index.ts";
import type { Engine } from "../../../tools/engine.ts";
import { kill, processesWith, type RunProcess } from "../../matrix/processes.ts";
import { keysOf } from "./cliStack.ts";

const PROGRAM = `
const { yandex } = require("pulumi-iam-keys");
const { serviceAccountId, generation } = require("./program.json");
const args = { serviceAccountId, keepers: { generation } };
new yandex.StaticAccessKey("plain", args);
new yandex.RotatingStaticAccessKey("rotating", args);
`;

/** A run that is under way. */
export interface Running {
  interrupt(): void;
  /** Resolves once this was printed. */
  printed(pattern: RegExp): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** A stack in a folder, with two keys on a server of its own, and with processes that can be told from all others. */
export class KeyStack {
  readonly iam: LocalIam;
  readonly files: TestStack;
  readonly #mark = randomUUID();

  private constructor(iam: LocalIam, files: TestStack) {
    this.iam = iam;
    this.files = files;
    Object.assign(files.env, iam.environment, { IAM_KEYS_TEST_MARK: this.#mark });
  }

  static async create(t: TestContext, engine: Engine): Promise<KeyStack> {
    const iam = await startLocalIam();
    t.after(() => iam.close());
    const stack = new KeyStack(iam, await TestStack.create(t, engine));
    t.after(() => stack.kill("engine", "program", "provider"));
    await stack.files.write("index.js", PROGRAM);
    await stack.generation("1");
    return stack;
  }

  /** What the keys keep: another one asks for new keys. */
  async generation(generation: string): Promise<void> {
    const { serviceAccountId } = this.iam;
    await this.files.write("program.json", JSON.stringify({ serviceAccountId, generation }));
  }

  /** The same stack on another engine. */
  on(engine: Engine): KeyStack {
    const files = new TestStack(this.files.folder, engine);
    return new KeyStack(this.iam, files);
  }

  up(): Running {
    const child = this.files.start([
      "up",
      "--yes",
      "--skip-preview",
      "--non-interactive",
      "--color",
      "never",
    ]);
    let output = "";
    const waiting: { pattern: RegExp; resolve: () => void }[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        for (const { pattern, resolve } of waiting) if (pattern.test(output)) resolve();
      });
    }
    return {
      interrupt: () => child.kill("SIGINT"),
      printed: (pattern) => new Promise((resolve) => waiting.push({ pattern, resolve })),
      ended: once(child, "close").then(([code]) => ({ code, output })),
    };
  }

  /** Ends those of the stack's processes that have these roles, at once. */
  async kill(...roles: RunProcess["role"][]): Promise<void> {
    const of = async (some: readonly RunProcess["role"][]) =>
      (await processesWith(this.#mark)).filter(({ role }) => some.includes(role));
    kill(await of(roles));
    // The local engine's puts what was under way into the state.
    while ((await of(["reaper"])).length > 0) await sleep(50);
  }

  /** The ids of the keys that are in the state and are not about to leave it. */
  async stored(): Promise<string[]> {
    const { stdout } = await this.files.expect("stack", "export", "--show-secrets");
    const { resources = [] } = JSON.parse(stdout).deployment;
    return resources.flatMap(({ type, id, outputs, delete: leaving }: StoredKey) => {
      if (leaving || !type.includes("iam-keys")) return [];
      const both = [outputs?.current, outputs?.previous].flatMap((key) => key ?? []);
      return type.includes("Rotating") ? both.map(({ plaintext }) => JSON.parse(plaintext).id) : [id];
    });
  }

  /** The ids of those of them that are not on the server. */
  async missing(): Promise<string[]> {
    const held = keysOf(this.iam).map(({ id }) => id);
    return (await this.stored()).filter((id) => !held.includes(id));
  }
}

interface StoredKey {
  readonly type: string;
  readonly id: string;
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<"current" | "previous", { readonly plaintext: string } | undefined>>;
}
