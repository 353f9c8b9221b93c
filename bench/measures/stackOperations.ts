import type { Engine } from "../../tools/engine.ts";
import type { BenchIam, RequestCounts } from "../benchIam.ts";
import { BenchStack, LOCAL_ENGINE } from "../benchStack.ts";
import type { ProgramSettings } from "../programSettings.ts";

/** What is done to a stack, one after the other. */
export const OPERATIONS = ["up", "no-op up", "refresh", "replace half", "replace", "destroy"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The seconds and the requests of each operation, and what the resources took up in the state. */
export interface StackRun {
  readonly seconds: Readonly<Record<Operation, number>>;
  readonly requests: Readonly<Record<Operation | "preview", RequestCounts>>;
  readonly stateBytes: StateBytes;
}

/** How long a resource is in the state on average, as JSON. */
export interface StateBytes {
  /** Its inputs and outputs, without the encoded credential. */
  readonly own: number;
  /** What every resource has, whatever its provider says: its URN, its type, its provider, and so on. */
  readonly engines: number;
  readonly credential: number;
}

type Resources = Pick<ProgramSettings, "resources" | "count">;

/** A new stack with a program of so many resources, on an account of its own. */
async function newStack(engine: Engine, iam: BenchIam, what: Resources) {
  const serviceAccountId = await iam.addServiceAccount();
  const stack = await BenchStack.create(engine, iam.environment);
  const program = (...generations: [string, string]) =>
    stack.program({ ...what, generations, serviceAccountId });
  await program("1", "1");
  return { stack, program };
}

/** Lets an engine do everything once to a new stack of so many resources. */
export async function runStack(engine: Engine, iam: BenchIam, what: Resources): Promise<StackRun> {
  const { stack: created, program } = await newStack(engine, iam, what);
  await using stack = created;
  const seconds = {} as Record<Operation, number>;
  const requests = {} as Record<Operation | "preview", RequestCounts>;
  const time = async (operation: Operation, command: string) => {
    requests[operation] = await iam.countedDuring(async () => {
      seconds[operation] = await stack.operation(command);
    });
  };
  await time("up", "up");
  const stateBytes = await bytesOf(stack);
  requests.preview = await iam.countedDuring(() => stack.preview());
  await time("no-op up", "up");
  await time("refresh", "refresh");
  await program("2", "1");
  await time("replace half", "up");
  await program("3", "2");
  await time("replace", "up");
  await time("destroy", "destroy");
  return { seconds, requests, stateBytes };
}

/** The seconds that `up` takes in a new stack of so many resources. */
export async function upSeconds(engine: Engine, iam: BenchIam, what: Resources): Promise<number> {
  await using stack = (await newStack(engine, iam, what)).stack;
  return await stack.operation("up");
}

/** Runs a program and its provider once, so that Node has compiled them. */
export async function warmUp(iam: BenchIam): Promise<void> {
  await upSeconds(LOCAL_ENGINE, iam, { resources: "keys", count: 2 });
}

/** The outputs that are the credential; what else is in the state tells of it. */
const CREDENTIAL = ["privateKey", "publicKey", "secretAccessKey"];

async function bytesOf(stack: BenchStack): Promise<StateBytes> {
  const resources = (await stack.resources()).filter(({ outputs }) => outputs?.__provider !== undefined);
  const average = (bytes: (resource: (typeof resources)[number]) => number) =>
    resources.reduce((sum, resource) => sum + bytes(resource), 0) / resources.length;
  const credential = average(({ outputs = {} }) =>
    CREDENTIAL.reduce((sum, name) => sum + lengthOf(outputs[name]), 0),
  );
  const properties = average(({ inputs, outputs }) => lengthOf(inputs) + lengthOf(outputs));
  return { own: properties - credential, engines: average(lengthOf) - properties, credential };
}

function lengthOf(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}
