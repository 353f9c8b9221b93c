import type { LocalIam } from "../../../local/iam/index.ts";
import { CliStack, type CliStackOptions, idsByOwner, keysOf } from "./cliStack.ts";

/** A program, in the words of whoever writes one that has no outputs. */
export type Program = () => void;

/** A stack whose keys are those of a service account of its own, on a server that it may share. */
export class Stand implements AsyncDisposable {
  readonly stack: CliStack;
  readonly serviceAccountId: string;
  readonly #iam: LocalIam;

  private constructor(stack: CliStack, iam: LocalIam, serviceAccountId: string) {
    this.stack = stack;
    this.serviceAccountId = serviceAccountId;
    this.#iam = iam;
  }

  static async create(
    iam: LocalIam,
    programOf: (serviceAccountId: string) => Program,
    options: Omit<CliStackOptions, "iam" | "program"> & { readonly serviceAccountId?: string } = {},
  ): Promise<Stand> {
    const { serviceAccountId = iam.addServiceAccount(), ...rest } = options;
    const program = programOf(serviceAccountId);
    const stack = await CliStack.create({ iam, program: async () => program(), ...rest });
    return new Stand(stack, iam, serviceAccountId);
  }

  /** From now on the stack's program is another one. */
  become(program: Program): void {
    this.stack.program = async () => program();
  }

  /** The ids of the account's keys, in the order of their making. */
  ids(): string[] {
    return keysOf(this.#iam, this.serviceAccountId).map(({ id }) => id);
  }

  /** The same by their owner tags. */
  owners(): Record<string, string[]> {
    return idsByOwner(this.#iam, this.serviceAccountId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
  }
}
