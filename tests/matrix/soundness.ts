import { readFile } from "node:fs/promises";
import type { Properties } from "../../provider/kinds/kind.ts";
import { isAccepted } from "./isAccepted.ts";
import { filesUnder, type HeldKey, type HeldKeys } from "./stackFiles.ts";
import { FLEETING, RESOURCES } from "./stackProgram.ts";
import { markOf } from "./tags.ts";
import type { MatrixWorld } from "./world.ts";

/**
 * What is not as it has to be once all is over. IAM tokens and ephemeral keys that the state does not have are no
 * fault: nobody can list or delete them, and they end by themselves.
 *
 * @param leftovers the keys that may be somebody's, and that were named: they stay
 */
export async function problemsAfter(
  world: MatrixWorld,
  destroyed: boolean,
  leftovers: ReadonlySet<string>,
): Promise<string[]> {
  const held = await world.state.read();
  return [
    ...unlikeTheState(world, held, leftovers),
    ...onTrial(world, held),
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
  // What the program asks for may be done on the server, and the run be killed before the state says so.
  if (world.settings.status === "Inactive")
    for (const { id, status } of world.iam.keys()) if (status === "Inactive") inactive.add(id);
  const problems = await Promise.all(
    world.names.map(async (name) => {
      const key = await world.consumed(name);
      const isOver = key === undefined || hasExpired(world, key) || world.endedByPerson.has(String(key.id));
      if (isOver || inactive.has(String(key.id))) return [];
      return (await isAccepted(world, key))
        ? []
        : [`the consumer of ${name} was cut off: its key ${key.id} is refused`];
    }),
  );
  return [...problems.flat(), ...(await unreadable(world, keys))];
}

/** Who reads the current version of a secret finds a key there that works, once there was one. */
async function unreadable(world: MatrixWorld, keys: readonly HeldKey[]): Promise<string[]> {
  const problems = await Promise.all(
    Object.entries(world.settings.secrets).map(async ([name, secretId]) => {
      const current = keys.find(({ resource, isCurrent }) => resource === name && isCurrent);
      if (!current || world.endedByPerson.has(current.id)) return [];
      return (await isAccepted(world, { lockboxSecretId: secretId, lockboxVersionId: "" }))
        ? []
        : [`whoever reads the secret of ${name} was cut off`];
    }),
  );
  return problems.flat();
}

/** The keys that are on the server and not in the state. */
export function unknownKeys({ iam, callerId, foreign }: MatrixWorld, { named }: HeldKeys) {
  return iam
    .keys()
    .filter(
      ({ kind, owner, id }) =>
        !FLEETING.includes(kind) && owner !== callerId && !named.has(id) && !foreign.has(id),
    );
}

/** Every secret that was handed out and stands in the clear in what was printed, or in a file of the stack. */
export async function secretsInTheOpen(world: MatrixWorld): Promise<string[]> {
  const places = [
    { file: "the output", text: world.printed },
    ...(await filesUnder(world.folder)),
    { file: "the audit events", text: await readFile(world.auditFile, "utf8").catch(() => "") },
  ];
  world.printed = "";
  // A PEM stands in JSON with its line ends escaped: one line of it is enough to find it.
  const secrets = new Set(world.iam.secrets().map(longestLine));
  return places.flatMap(({ file, text }) =>
    [...secrets]
      .filter((secret) => text.includes(secret))
      .map((secret) => `a secret (${secret.slice(0, 6)}…) stands in the clear in ${file}`),
  );
}

function unlikeTheState(world: MatrixWorld, held: HeldKeys, leftovers: ReadonlySet<string>): string[] {
  const live = new Map(world.iam.keys().map((key) => [key.id, key]));
  const gone = held.keys.filter(
    ({ id, resource }) => !FLEETING.includes(RESOURCES[resource]) && !live.has(id),
  );
  return [
    ...unknownKeys(world, held)
      .filter(({ id }) => !leftovers.has(id))
      .map(
        ({ id, kind, owner, description = "" }) =>
          `${kind} ${id} "${description}" of ${owner} is in no state`,
      ),
    ...gone.map(({ id, resource }) => `${resource}'s key ${id} is in the state and not on the server`),
  ];
}

/** Whoever has a key of which the server says that it is on trial would lose it to the next run. */
function onTrial({ iam }: MatrixWorld, { keys }: HeldKeys): string[] {
  const trials = new Set(iam.keys().flatMap((key) => (markOf(key)?.onTrial ? key.id : [])));
  return keys
    .filter(({ id }) => trials.has(id))
    .map(({ resource, id }) => `${resource} has ${id}, which is on trial`);
}

async function refused(world: MatrixWorld, { keys }: HeldKeys): Promise<string[]> {
  const problems = await Promise.all(
    keys.map(async ({ resource, id, key, active }) => {
      if (world.endedByPerson.has(id) || (await isAccepted(world, key)) === active) return [];
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
    world.names.map(async (name) => {
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
