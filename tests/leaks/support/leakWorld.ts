import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { passphrase, TestStack } from "../../../local/engine/tests/support/stack.ts";
import type { LocalIam } from "../../../local/iam/index.ts";
import { startForTest } from "../../../local/iam/tests/startForTest.ts";
import { assertHides } from "../../security/support/exposure.ts";
import { type Ended, endOf } from "../../support/ended.ts";

/** As it is published. */
export const MAIN = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
const ENGINE = fileURLToPath(new URL("../../../local/engine/bin", import.meta.url));

export const SECRET = `whsec_${Buffer.from("a secret that signs leak events!").toString("base64")}`;

/** Two keys of each sort: rotating and plain, of both clouds, each named after what it is. */
const PROGRAM = `
const { aws, yandex } = require("pulumi-iam-keys");
const { serviceAccountId, userName } = JSON.parse(require("fs").readFileSync("program.json", "utf8"));
const rotate = { every: "30d" };
new yandex.RotatingStaticAccessKey("uploads", { serviceAccountId, rotate, overlap: "7d" });
new yandex.RotatingServiceAccountKey("deployer", { serviceAccountId, rotate, overlap: "7d" });
new yandex.ApiKey("plain", { serviceAccountId });
new yandex.ApiKey("a*b", { serviceAccountId });
new aws.RotatingAccessKey("mailer", { userName, rotate, overlap: "7d" });
`;

/** Writes down what it was told, and ends as the file "fails" says. */
const RECORDER = `
const fs = require("fs");
const { IAM_KEYS_ROTATE_NOW: order, IAM_KEYS_STACK: stack } = process.env;
const argv = process.argv.slice(2);
const signing = "IAM_KEYS_LEAKS_SECRET" in process.env;
// Fails where another one runs.
fs.closeSync(fs.openSync("running", "wx"));
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
fs.rmSync("running");
fs.appendFileSync("orders", JSON.stringify({ stack, order, argv, signing }) + "\\n");
if (fs.existsSync("fails")) process.exit(3);
`;

/** The answer to an event. */
export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: it is the document itself that is looked at
  readonly body: any;
}

/** What is sent in another way than it should be. */
export interface Delivery {
  readonly secret?: string;
  readonly id?: string;
  readonly at?: Date;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stack with keys in a local cloud, and the webhook over it in a process of its own. */
export class LeakWorld {
  readonly iam: LocalIam;
  readonly stack: TestStack;
  /** All that the webhook has printed. */
  printed = "";
  readonly #test: TestContext;
  #sent = 0;
  #port = 0;
  #heard: () => void = () => {};

  private constructor(test: TestContext, iam: LocalIam, stack: TestStack) {
    this.#test = test;
    this.iam = iam;
    this.stack = stack;
  }

  static async create(test: TestContext): Promise<LeakWorld> {
    const iam = await startForTest(test, { rsaKeyPool: 2 });
    const stack = await TestStack.create(test);
    const world = new LeakWorld(test, iam, stack);
    Object.assign(stack.env, iam.environment);
    stack.env.PATH = [path.dirname(process.execPath), ENGINE, stack.env.PATH].join(path.delimiter);
    const runtime = { name: "nodejs", options: { typescript: false } };
    await stack.write("Pulumi.yaml", JSON.stringify({ name: "things", runtime }));
    await stack.write("index.js", PROGRAM);
    await stack.write("recorder.cjs", RECORDER);
    const { serviceAccountId, userName } = iam;
    await stack.write("program.json", JSON.stringify({ serviceAccountId, userName }));
    await stack.up();
    return world;
  }

  /** Starts the webhook. Without a command one that writes down what it was told. */
  async serve(
    args: readonly string[] = ["--stack=dev"],
    command: readonly string[] = [process.execPath, "recorder.cjs"],
    env: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const own = ["leak-webhook", "--plain-http", "--port=0", ...args, "--"];
    return this.start(process.execPath, [MAIN, ...own, ...command], env);
  }

  /** Starts the webhook by a program that becomes its process. */
  async start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const child = spawn(file, args, {
      cwd: this.stack.folder,
      // Without a `pulumi`, the states are read from their files, which is faster.
      env: {
        ...this.stack.env,
        PATH: path.dirname(process.execPath),
        IAM_KEYS_LEAKS_SECRET: SECRET,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = once(child, "exit");
    this.#test.after(async () => {
      child.kill("SIGTERM");
      assert.deepEqual(await exited, [0, null], this.printed);
    });
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on("line", (line) => {
        this.printed += `${line}\n`;
        this.#heard();
      });
    const [, port] = await this.said(/takes events .* port (\d+)$/m);
    this.#port = Number(port);
  }

  /** Waits until the webhook has said it. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.printed);
      if (found) return found;
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }

  /** Runs a command of `iam-keys` to its end. */
  command(args: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.stack.folder,
      env: this.stack.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return endOf(child);
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}/leaks`;
  }

  /** Sends an event, signed as a sender signs it; an object goes as JSON. */
  async send(event: unknown, delivery: Delivery = {}): Promise<Answered> {
    const body = typeof event === "string" ? event : JSON.stringify(event);
    this.#sent += 1;
    const { secret = SECRET, id = `msg_${this.#sent}`, at = new Date() } = delivery;
    const response = await fetch(this.address, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(secret).sign(id, at, body),
        ...delivery.headers,
      },
      body,
    });
    const text = await response.text();
    this.assertHides(text, "the answer");
    return { status: response.status, body: JSON.parse(text) };
  }

  /** The orders that the recorder was given. */
  async orders(): Promise<{ stack: string; order: string; argv: string[]; signing: boolean }[]> {
    const text = await readFile(path.join(this.stack.folder, "orders"), "utf8").catch(() => "");
    this.assertHides(text, "what the command was given");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** The keys of the state, in the clear. */
  async keysOf(name: string): Promise<{ id: string; current?: Key; previous?: Key }> {
    const { stdout } = await this.stack.expect("stack", "export", "--show-secrets");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: Exported[] } };
    const { id = "", outputs = {} } =
      deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`)) ?? assert.fail(`there is no ${name}`);
    return { ...(revealed(outputs) as object), id };
  }

  /** Whether the cloud takes the key. */
  isLive(id: string | undefined): boolean {
    return this.iam.keys().some((key) => key.id === id);
  }

  /** Neither a secret of a key nor one of ours is in a text. */
  assertHides(text: string, what: string): void {
    assertHides(text, [...new Set([...this.iam.secrets(), SECRET, passphrase])], what);
  }
}

export interface Key {
  readonly id: string;
  readonly [output: string]: string;
}

interface Exported {
  readonly urn: string;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

function revealed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("plaintext" in value) return revealed(JSON.parse(String(value.plaintext)));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revealed(inner)]));
}
