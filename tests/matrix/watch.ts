import { readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LocalCredential } from "../../local/iam/index.ts";
import { readPayload, versionsOf } from "./lockbox.ts";
import type { HeldKeys } from "./stackFiles.ts";
import { StateReader } from "./stackFiles.ts";
import { FLEETING, type ResourceName } from "./stackProgram.ts";
import type { MatrixWorld } from "./world.ts";

/** Requests are carried out in this very process: between two looks there are few of them. */
const INTERVAL_MS = 5;

/** What befell a key on the server, and what was the case at that moment. */
export interface KeyChange {
  readonly what: "deleted" | "made inactive" | "made active";
  /** As it was before. */
  readonly key: LocalCredential;
  /** By the server's clock. */
  readonly at: number;
  /** What the state said at the looks before and after it; whoever is accused must be so by both. */
  readonly held: readonly HeldKeys[];
  /** The keys that consumers held. */
  readonly consumed: ReadonlySet<string>;
  /** The keys that were there after it. */
  readonly live: readonly LocalCredential[];
}

/** A consumer got a key. */
export interface HandOut {
  readonly resource: ResourceName;
  /** As the server had it at that moment; undefined where it had none. */
  readonly key: LocalCredential | undefined;
  readonly id: string;
}

/** A version of a Lockbox secret went. */
export interface Withdrawal {
  readonly versionId: string;
  /** The key that stood in it, where that was there still. */
  readonly liveKey: string | undefined;
}

/** What there was to see while a run went on. */
export interface Seen {
  readonly changes: readonly KeyChange[];
  readonly handOuts: readonly HandOut[];
  readonly withdrawals: readonly Withdrawal[];
  /** The keys that appeared. */
  readonly made: readonly LocalCredential[];
}

/** The files of a state at one moment. */
interface Files {
  readonly journal: Buffer | undefined;
  readonly state: Buffer | undefined;
}

type RawChange = Omit<KeyChange, "held"> & { readonly files: readonly Files[] };

/**
 * Looks at the server, the state file and the consumers all the while that a run goes on: some wrongs leave no trace
 * at its end.
 */
export class Watch {
  readonly #world: MatrixWorld;
  readonly #read: StateReader;
  #home = "";
  #timer: NodeJS.Timeout | undefined;
  #keys: ReadonlyMap<string, LocalCredential> = new Map();
  #files: Files = { journal: undefined, state: undefined };
  #stamp = "";
  #consumers = new Map<ResourceName, string>();
  #requests = 0;
  #changes: RawChange[] = [];
  #handOuts: HandOut[] = [];
  #made: LocalCredential[] = [];
  /** The keys that were there when a version of a secret went last, by the secret. */
  #withdrawnAt = new Map<string, ReadonlySet<string | undefined>>();
  /** The key in each version of a secret. */
  readonly #keyIn = new Map<string, string | undefined>();
  readonly #gone = new Set<string>();

  constructor(world: MatrixWorld) {
    this.#world = world;
    this.#read = new StateReader(() => path.join(this.#home, "state.json"), world.passphrase);
  }

  async begin(): Promise<void> {
    await this.#lookAtVersions();
    this.#keys = this.#live();
    this.#requests = this.#world.iam.requests.length;
    this.#look();
    [this.#changes, this.#handOuts, this.#made] = [[], [], []];
    this.#withdrawnAt.clear();
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
  }

  async end(): Promise<Seen> {
    clearInterval(this.#timer);
    this.#look();
    const withdrawals = await this.#lookAtVersions();
    this.#home = await mkdtemp(path.join(tmpdir(), "iam-keys-matrix-state-"));
    try {
      const changes: KeyChange[] = [];
      for (const { files, ...change } of this.#changes)
        changes.push({ ...change, held: await this.#decoded(files) });
      return { changes, handOuts: this.#handOuts, withdrawals, made: this.#made };
    } finally {
      await rm(this.#home, { recursive: true });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { iam, clock } = this.#world;
    const before = this.#files;
    this.#lookAtState();
    const keys = this.#live();
    const changes: Pick<KeyChange, "what" | "key">[] = [];
    for (const [id, key] of this.#keys) {
      const now = keys.get(id);
      if (!now) changes.push({ what: "deleted", key });
      else if (now.status !== key.status)
        changes.push({ what: now.status === "Active" ? "made active" : "made inactive", key });
    }
    for (const [id, key] of keys) if (!this.#keys.has(id)) this.#made.push(key);
    this.#keys = keys;
    if (changes.length > 0) {
      const circumstances = {
        at: clock.now().getTime(),
        files: before === this.#files ? [before] : [before, this.#files],
        consumed: new Set(this.#world.names.map((name) => String(this.#world.consumedNow(name)?.id))),
        live: [...keys.values()],
      };
      this.#changes.push(...(changes.map((change) => ({ ...change, ...circumstances })) as RawChange[]));
    }
    for (const name of this.#world.names) this.#lookAtConsumer(name);
    for (; this.#requests < iam.requests.length; this.#requests += 1) {
      const { operation, path: asked } = iam.requests[this.#requests] ?? { operation: "", path: "" };
      if (operation !== "Secret.scheduleVersionDestruction") continue;
      const secretId = /secrets\/(\w+):/.exec(asked)?.[1] ?? "";
      this.#withdrawnAt.set(secretId, new Set([...keys.values()].map(({ keyId }) => keyId)));
    }
  }

  #live(): ReadonlyMap<string, LocalCredential> {
    const { iam, callerId } = this.#world;
    const keys = iam.keys().filter(({ kind, owner }) => !FLEETING.includes(kind) && owner !== callerId);
    return new Map(keys.map((key) => [key.id, key]));
  }

  #lookAtState(): void {
    const files = [`${this.#world.stateFile}.journal`, this.#world.stateFile];
    const stamp = files.map(stampOf).join(" ");
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const [journal, state] = files.map(contentOf);
    this.#files = { journal, state };
  }

  #lookAtConsumer(name: ResourceName): void {
    const stamp = stampOf(this.#world.consumerFile(name));
    if (stamp === (this.#consumers.get(name) ?? "")) return;
    const key = this.#world.consumedNow(name);
    // It is being written: the next look sees it whole.
    if (stamp !== "" && key === undefined) return;
    this.#consumers.set(name, stamp);
    if (key !== undefined)
      this.#handOuts.push({ resource: name, id: String(key.id), key: this.#keys.get(String(key.id)) });
  }

  /** Takes note of the keys in new versions, and gives the versions that can be read no more. */
  async #lookAtVersions(): Promise<readonly Withdrawal[]> {
    const { iam, settings } = this.#world;
    const withdrawals: Withdrawal[] = [];
    const { keys } = await this.#world.state.read();
    for (const secretId of Object.values(settings.secrets)) {
      for (const { id, status } of await versionsOf(iam, secretId)) {
        if (status === "ACTIVE" && !this.#keyIn.has(id))
          this.#keyIn.set(id, (await readPayload(iam, secretId, id)).id);
        if (status === "ACTIVE" || this.#gone.has(id)) continue;
        this.#gone.add(id);
        const keyId = this.#keyIn.get(id);
        const wasThere = keyId !== undefined && this.#withdrawnAt.get(secretId)?.has(keyId);
        // What came and went in one run nobody has read; the state may say what was in it.
        const held = keys.find(({ key }) => key.lockboxVersionId === id)?.id;
        const isThere = held !== undefined && this.#keys.has(held);
        withdrawals.push({ versionId: id, liveKey: wasThere ? keyId : isThere ? held : undefined });
      }
    }
    return withdrawals;
  }

  async #decoded(moments: readonly Files[]): Promise<readonly HeldKeys[]> {
    const held: HeldKeys[] = [];
    for (const { journal, state } of moments) {
      await rm(path.join(this.#home, "state.json.journal"), { force: true });
      if (state) await writeFile(path.join(this.#home, "state.json"), state);
      if (journal) await writeFile(path.join(this.#home, "state.json.journal"), journal);
      // The two files may have been read while one became the other: then what the other look saw counts.
      const read = await this.#read.read().catch(() => undefined);
      if (read) held.push(read);
    }
    if (held.length === 0) throw new Error("what the state held when a key was changed could not be read");
    return held;
  }
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.ino}-${stats.mtimeMs}-${stats.size}` : "";
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
