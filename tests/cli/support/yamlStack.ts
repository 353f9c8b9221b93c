import path from "node:path";
import type { TestContext } from "node:test";
import { VirtualClock } from "../../../local/clock/virtualClock.ts";
import { type StoredResource, TestStack } from "../../../local/engine/tests/support/stack.ts";
import { type LocalIam, startLocalIam } from "../../../local/iam/index.ts";
import { realEngine } from "../../../tools/engine.ts";
import { hostFolder } from "../../../tools/pulumi/pulumiTool.ts";
import type { Ended } from "../../support/ended.ts";
import { keysOf, PLUGIN } from "./cliStack.ts";

const PRELOAD = new URL("../../matrix/preload.ts", import.meta.url).href;

/** A program in YAML, but for its name and runtime. */
export interface YamlProgram {
  readonly resources?: Readonly<Record<string, object>>;
  readonly variables?: Readonly<Record<string, object>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A resource of the plugin, as a program in YAML has it. */
export const resource = (type: string, properties: object, options?: object) => ({
  type: `iam-keys:${type}`,
  properties,
  ...(options && { options }),
});

/** What stands in YAML for the value of that path: "uploads.accessKeyId". */
export const outputOf = (path: string) => `\${${path}}`;

/** The options of every command that changes or shows something. */
const PLAINLY = ["--non-interactive", "--color", "never"];
const AT_ONCE = ["--yes", "--skip-preview", ...PLAINLY];

/** A program in YAML on the real engine, whose resources are the plugin's, with a server and a clock of its own. */
export class YamlStack {
  readonly iam: LocalIam;
  readonly clock: VirtualClock;
  readonly serviceAccountId: string;
  readonly files: TestStack;
  /** All that was printed. */
  printed = "";

  private constructor(iam: LocalIam, clock: VirtualClock, files: TestStack) {
    this.iam = iam;
    this.clock = clock;
    this.files = files;
    this.serviceAccountId = iam.addServiceAccount();
  }

  static async create(t: TestContext, program: (stack: YamlStack) => YamlProgram): Promise<YamlStack> {
    const engine = await realEngine();
    const clock = new VirtualClock();
    const iam = await startLocalIam({ now: clock.now });
    t.after(() => iam.close());
    const stack = new YamlStack(iam, clock, await TestStack.create(t, engine));
    Object.assign(stack.files.env, iam.environment, {
      PATH: [PLUGIN, await hostFolder("yaml"), engine.environment.PATH].join(path.delimiter),
      NODE_OPTIONS: `--import=${PRELOAD}`,
    });
    await stack.become(program(stack));
    return stack;
  }

  /** From now on the program is another one. */
  async become(program: YamlProgram): Promise<void> {
    await this.files.write("Pulumi.yaml", JSON.stringify({ name: "things", runtime: "yaml", ...program }));
  }

  up(...options: string[]): Promise<Ended> {
    return this.expect("up", ...AT_ONCE, ...options);
  }

  /** What a preview says, without the engine's own remarks about where it found its plugins. */
  async preview(...options: string[]): Promise<string> {
    const { stdout, stderr } = await this.expect("preview", ...PLAINLY, ...options);
    return `${stdout}${stderr}`
      .split("\n")
      .filter((line) => !line.includes("from $PATH at"))
      .join("\n");
  }

  refresh(...options: string[]): Promise<Ended> {
    return this.expect("refresh", ...AT_ONCE, ...options);
  }

  destroy(): Promise<Ended> {
    return this.expect("destroy", ...AT_ONCE);
  }

  /** Sets a value of the stack's config. */
  config(...words: string[]): Promise<Ended> {
    return this.expect("config", "set", ...words);
  }

  async run(...args: string[]): Promise<Ended> {
    const ended = await this.files.run(args, {
      MATRIX_PROVIDER: JSON.stringify({ clock: this.clock.segment }),
    });
    this.printed += `${ended.stdout}${ended.stderr}`;
    return ended;
  }

  /** Runs a command that must succeed. */
  async expect(...args: string[]): Promise<Ended> {
    const ended = await this.run(...args);
    if (ended.code === 0) return ended;
    throw new Error(`${args.join(" ")} ended with ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
  }

  /** Runs a command that must fail; gives what it printed. */
  async refused(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args, ...PLAINLY);
    if (code === 0) throw new Error(`${args.join(" ")} succeeded\n${stdout}`);
    return `${stdout}${stderr}`;
  }

  /** The stack's outputs, with its secrets. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.expect("stack", "output", "--json", "--show-secrets");
    return JSON.parse(stdout);
  }

  /** The resource of that name, with its secrets in the clear. */
  async resource(name: string): Promise<StoredResource> {
    const { stdout } = await this.files.expect("stack", "export", "--show-secrets");
    const { resources = [] } = JSON.parse(stdout).deployment as { resources?: StoredResource[] };
    const found = resources.filter(({ urn }) => urn.endsWith(`::${name}`));
    const [only] = found;
    if (found.length !== 1 || !only) throw new Error(`${found.length} resources are called ${name}`);
    return only;
  }

  /** The ids of the keys on the server, in the order of their making. */
  ids(): string[] {
    return keysOf(this.iam).map(({ id }) => id);
  }
}
