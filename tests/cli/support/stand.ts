import { VirtualClock } from "../../../local/clock/virtualClock.ts";
import { type LocalIam, startLocalIam } from "../../../local/iam/index.ts";
import { CliStack, idsByOwner, keysOf } from "./cliStack.ts";

/** A program, in the words of whoever writes one; what it returns are the stack's outputs. */
// biome-ignore lint/suspicious/noConfusingVoidType: a program need not return anything
export type Program = () => Record<string, unknown> | void;

export interface StandOptions {
  /** Absent: "things". */
  readonly project?: string;
  /** Absent: "dev". */
  readonly stack?: string;
  /** Another stack with whose server, account and backend it goes on. Absent: it has its own. */
  readonly beside?: Stand;
}

/** A stack with a server of its own, on which the keys are those of one service account, and with a clock that only tests move. */
export class Stand implements AsyncDisposable {
  readonly iam: LocalIam;
  readonly clock: VirtualClock;
  readonly serviceAccountId: string;
  readonly stack: CliStack;
  readonly #ownsServer: boolean;

  private constructor(server: Server, stack: CliStack, ownsServer: boolean) {
    this.iam = server.iam;
    this.clock = server.clock;
    this.serviceAccountId = server.serviceAccountId;
    this.stack = stack;
    this.#ownsServer = ownsServer;
  }

  static async create(
    programOf: (serviceAccountId: string) => Program,
    { beside, ...names }: StandOptions = {},
  ): Promise<Stand> {
    const server = beside ?? (await startServer());
    const { iam, clock, serviceAccountId } = server;
    const program = programOf(serviceAccountId);
    const stack = await CliStack.create({
      iam,
      clock,
      program: async () => program() ?? {},
      ...names,
      ...(beside && { beside: beside.stack }),
    });
    return new Stand(server, stack, beside === undefined);
  }

  /** From now on the stack's program is another one. */
  become(program: Program): void {
    this.stack.program = async () => program() ?? {};
  }

  /** The ids of the keys, in the order of their making. */
  ids(): string[] {
    return keysOf(this.iam).map(({ id }) => id);
  }

  /** The same by their owner tags. */
  owners(): Record<string, string[]> {
    return idsByOwner(this.iam);
  }

  /** The creates and deletes of static keys so far. */
  changes(): string[] {
    const operations = this.iam.requests.map(({ operation }) => operation);
    return operations.filter((operation) => /^AccessKey\.(create|delete)$/.test(operation));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
    if (this.#ownsServer) await this.iam.close();
  }
}

type Server = Pick<Stand, "iam" | "clock" | "serviceAccountId">;

async function startServer(): Promise<Server> {
  const clock = new VirtualClock();
  const iam = await startLocalIam({ now: clock.now });
  return { iam, clock, serviceAccountId: iam.addServiceAccount() };
}
