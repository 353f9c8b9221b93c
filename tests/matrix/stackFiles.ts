import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { decodeDeployment, type Snapshot } from "../../local/engine/state/deploymentFile.ts";
import { type Crypter, openCrypter } from "../../local/engine/state/passphrase.ts";
import { readState } from "../../local/engine/state/stateFile.ts";
import { withoutSecrets } from "../../local/engine/values/propertyValue.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import type { DoorName } from "./engines.ts";
import type { ResourceName } from "./stackProgram.ts";

/** A key as the state has it. */
export interface HeldKey {
  readonly resource: ResourceName;
  readonly id: string;
  /** What its consumer is given, secrets in the clear. */
  readonly key: Properties;
  /** Whether the server is to take it. */
  readonly active: boolean;
  readonly isCurrent: boolean;
  /** Its resource was replaced, and is still to be deleted. */
  readonly isPending: boolean;
}

/** What the state says of the keys. */
export interface HeldKeys {
  readonly keys: readonly HeldKey[];
  /** What stands in it without a key that could be used. */
  readonly unfinished: readonly string[];
  /** Every key that it names, those included that it has given up. */
  readonly named: ReadonlySet<string>;
  /** The marks whose keys nobody knows whether they were made. */
  readonly unsettled: ReadonlySet<string>;
}

const DYNAMIC = "pulumi-nodejs:dynamic/iam-keys/";
const NATIVE = "iam-keys:";
/** What a consumer is given, or where it is told to read it. */
const SECRETS = ["privateKey", "secretAccessKey", "secret", "iamToken", "lockboxVersionId"];

/** Reads the keys out of a state file and its journal. */
export class StateReader {
  readonly #file: () => string;
  readonly #passphrase: string;
  #crypter: Crypter | undefined;

  constructor(file: () => string, passphrase: string) {
    this.#file = file;
    this.#passphrase = passphrase;
  }

  async read(): Promise<HeldKeys> {
    const keys: HeldKey[] = [];
    const unfinished: string[] = [];
    const named = new Set<string>();
    const unsettled = new Set<string>();
    for (const { urn, type, id, outputs, delete: isPending } of (await this.#snapshot()).resources) {
      if (!isKey(type)) continue;
      const resource = urn.split("::").at(-1) as ResourceName;
      const own = withoutSecrets(outputs) as Properties;
      const held = keysOf(type, id, own);
      if (held.length === 0) unfinished.push(`${resource} has no key that could be used`);
      keys.push(...held.map((key) => ({ ...key, resource, isPending })));
      const {
        abandoned = [],
        lost = [],
        mark,
      } = own as Record<"abandoned" | "lost", string[] | undefined> & { mark?: string };
      if (own.unsettled && mark !== undefined) unsettled.add(mark);
      for (const each of [id, ...held.map((key) => key.id), ...abandoned, ...lost]) named.add(each);
    }
    return { keys, unfinished, named, unsettled };
  }

  /** The URNs of the resources that are keys. */
  async urns(): Promise<readonly string[]> {
    return (await this.#snapshot()).resources.filter(({ type }) => isKey(type)).map(({ urn }) => urn);
  }

  async #snapshot(): Promise<Snapshot> {
    const deployment = (await readState(this.#file()))?.content.checkpoint.latest ?? {};
    const salt = deployment.secrets_providers?.state?.salt;
    if (salt !== undefined && this.#crypter?.salt !== salt)
      this.#crypter = await openCrypter(this.#passphrase, salt);
    if (!this.#crypter) return { resources: [], pendingOperations: [] };
    return decodeDeployment(deployment, this.#crypter);
  }
}

const isKey = (type: string) => type.startsWith(DYNAMIC) || type.startsWith(NATIVE);

/** How the engine calls a resource of that type, by the door that it was made by. */
export const typeBy = (door: DoorName, type: string) => `${door === "native" ? NATIVE : DYNAMIC}${type}`;

function keysOf(type: string, id: string, outputs: Properties): Omit<HeldKey, "resource" | "isPending">[] {
  const rotating = type.includes(":Rotating");
  const key = (properties: Properties, isCurrent: boolean) => ({
    id: String(properties.id),
    key: properties,
    active: properties.status !== "Inactive" && properties.inactiveSince === undefined,
    isCurrent,
  });
  if (rotating) {
    const { current, previous } = outputs as { current?: Properties; previous?: Properties };
    return [...(current ? [key(current, true)] : []), ...(previous ? [key(previous, false)] : [])];
  }
  const hasSecret = SECRETS.some((name) => outputs[name] !== undefined);
  // The state has the id once, though it is what an ephemeral key signs with.
  const signing = outputs.sessionToken === undefined ? {} : { accessKeyId: id };
  return hasSecret ? [key({ ...outputs, ...signing, id }, true)] : [];
}

/** The files under a folder with what is in them, links left alone. */
export async function filesUnder(folder: string): Promise<{ file: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        return { file, text: await readFile(file, "utf8").catch(() => "") };
      }),
  );
}
