import type { Properties } from "../../provider/kinds/kind.ts";
import { isAccepted } from "./isAccepted.ts";
import { filesUnder, type HeldKeys } from "./stackFiles.ts";
import { FLEETING, RESOURCES, type ResourceName } from "./stackProgram.ts";
import type { MatrixWorld } from "./world.ts";

const NAMES = Object.keys(RESOURCES) as ResourceName[];

/**
 * What is not as it has to be once all is over. IAM tokens and ephemeral keys that the state does not have are no
 * fault: nobody can list or delete them, and they end by themselves.
 */
export async function problemsAfter(world: MatrixWorld, destroyed: boolean): Promise<string[]> {
  const held = await world.state.read();
  return [
    ...unlikeTheState(world, held),
    ...(await refused(world, held)),
    ...held.unfinished,
    ...held.keys.filter((key) => key.isPending).map(({ id }) => `${id} is still to be deleted`),
    ...(destroyed ? remaining(held) : await unsupplied(world, held)),
  ];
}

/** Whoever was given a secret must be able to go on with it until there is another one: at every moment. */
export async function cutOff(world: MatrixWorld): Promise<string[]> {
  const { keys } = await world.state.read();
  const inactive = new Set(keys.filter((key) => !key.active).map(({ id }) => id));
  const problems = await Promise.all(
    NAMES.map(async (name) => {
      const key = await world.consumed(name);
      if (key === undefined || inactive.has(String(key.id)) || hasExpired(world, key)) return [];
      return (await isAccepted(world, key))
        ? []
        : [`the consumer of ${name} was cut off: its key ${key.id} is refused`];
    }),
  );
  return problems.flat();
}

/** The keys that are on the server and not in the state. */
export function unknownKeys({ iam, callerId }: MatrixWorld, { named }: HeldKeys) {
  return iam
    .keys()
    .filter(({ kind, owner, id }) => !FLEETING.includes(kind) && owner !== callerId && !named.has(id));
}

/** Every secret that was handed out and stands in the clear in what was printed, or in a file of the stack. */
export async function secretsInTheOpen(world: MatrixWorld): Promise<string[]> {
  const places = [{ file: "the output", text: world.printed }, ...(await filesUnder(world.folder))];
  world.printed = "";
  // A PEM stands in JSON with its line ends escaped: one line of it is enough to find it.
  const secrets = new Set(world.iam.secrets().map(longestLine));
  return places.flatMap(({ file, text }) =>
    [...secrets]
      .filter((secret) => text.includes(secret))
      .map((secret) => `a secret (${secret.slice(0, 6)}…) stands in the clear in ${file}`),
  );
}

function unlikeTheState(world: MatrixWorld, held: HeldKeys): string[] {
  const live = new Map(world.iam.keys().map((key) => [key.id, key]));
  const gone = held.keys.filter(
    ({ id, resource }) => !FLEETING.includes(RESOURCES[resource]) && !live.has(id),
  );
  return [
    ...unknownKeys(world, held).map(({ id, kind, owner }) => `${kind} ${id} of ${owner} is in no state`),
    ...gone.map(({ id, resource }) => `${resource}'s key ${id} is in the state and not on the server`),
  ];
}

async function refused(world: MatrixWorld, { keys }: HeldKeys): Promise<string[]> {
  const problems = await Promise.all(
    keys.map(async ({ resource, id, key, active }) => {
      if ((await isAccepted(world, key)) === active) return [];
      return [`${resource}'s key ${id} ${active ? "does not work" : "works, and is not to"}`];
    }),
  );
  return problems.flat();
}

function remaining({ keys }: HeldKeys): string[] {
  return keys.map(({ resource }) => `${resource} is still in the state`);
}

async function unsupplied(world: MatrixWorld, { keys }: HeldKeys): Promise<string[]> {
  const problems = await Promise.all(
    NAMES.map(async (name) => {
      const current = keys.find(
        ({ resource, isCurrent, isPending }) => resource === name && isCurrent && !isPending,
      );
      if (!current) return [`${name} has no key`];
      const consumed = await world.consumed(name);
      return consumed?.id === current.id ? [] : [`the consumer of ${name} does not have its key`];
    }),
  );
  return problems.flat();
}

/** A token ends by itself, in twelve hours, whatever becomes of the stack. */
function hasExpired({ clock }: MatrixWorld, { expiresAt }: Properties): boolean {
  return typeof expiresAt === "string" && Date.parse(expiresAt) <= clock.now().getTime();
}

function longestLine(secret: string): string {
  return secret.split("\n").reduce((longest, line) => (line.length > longest.length ? line : longest));
}
