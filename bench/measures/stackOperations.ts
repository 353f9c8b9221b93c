import type { Engine } from "../../tools/engine.ts";
import type { BenchIam, RequestCounts } from "../benchIam.ts";
import { BenchStack, type Contents, type Ran } from "../benchStack.ts";
import { type StateBytes, stateBytes } from "./stateBytes.ts";

/** What is done to a stack, one after the other. */
export const OPERATIONS = ["up", "no-op", "refresh", "replace", "destroy"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What each operation took, and what the resources took up in the state. */
export interface StackRun {
  readonly ran: Readonly<Record<Operation, Ran>>;
  readonly requests: Readonly<Record<Operation | "preview", RequestCounts>>;
  readonly stateBytes: StateBytes;
}

/** A new stack with a program of so many resources, on an account of its own. */
export async function newStack(
  engine: Engine,
  iam: BenchIam,
  contents: Contents,
  environment: Readonly<Record<string, string>> = {},
) {
  const serviceAccountId = await iam.addServiceAccount();
  const stack = await BenchStack.create(engine, contents, { ...iam.environment, ...environment });
  const program = (generation: string, count = contents.count) =>
    stack.program({ ...contents, count, generation, serviceAccountId });
  await program("1");
  return { stack, program };
}

/** Runs a program and its provider once, so that what is kept for the next run is there. */
export async function upOnce(engine: Engine, iam: BenchIam, contents: Contents): Promise<void> {
  await using stack = (await newStack(engine, iam, contents)).stack;
  await stack.operation("up");
}

/** Lets an engine do everything once to a new stack. */
export async function runStack(engine: Engine, iam: BenchIam, contents: Contents): Promise<StackRun> {
  const { stack: created, program } = await newStack(engine, iam, contents);
  await using stack = created;
  const ran = {} as Record<Operation, Ran>;
  const requests = {} as Record<Operation | "preview", RequestCounts>;
  const time = async (operation: Operation, command: string) => {
    requests[operation] = await iam.countedDuring(async () => {
      ran[operation] = await stack.operation(command);
    });
  };
  await time("up", "up");
  const bytes = stateBytes(await stack.resources());
  requests.preview = await iam.countedDuring(() => stack.preview());
  await time("no-op", "up");
  await time("refresh", "refresh");
  await program("2");
  await time("replace", "up");
  await time("destroy", "destroy");
  return { ran, requests, stateBytes: bytes };
}
