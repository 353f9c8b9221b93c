import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, isMap, parseDocument } from "yaml";
import { EngineFailure } from "../failure.ts";
import { writeFileAtomically } from "../state/atomicFile.ts";
import type { Crypter } from "../state/passphrase.ts";
import type { Project } from "./projectFile.ts";

/** One configuration value, decrypted; an object or a list is its JSON text. */
export interface ConfigValue {
  readonly value: string;
  readonly secret: boolean;
}

/** The full key of what a user typed: a bare name belongs to the project. */
export function fullConfigKey(project: Project, key: string): string {
  const colons = key.split(":").length - 1;
  if (colons === 0) return `${project.name}:${key}`;
  if (colons === 1) return key;
  throw new EngineFailure(`could not parse ${key} as a configuration key: expected name or namespace:name`);
}

/** A stack's settings file, edited in place so that its comments and order survive. */
export class StackConfig {
  readonly path: string;
  readonly #document: Document;
  readonly #project: Project;

  private constructor(project: Project, path: string, document: Document) {
    this.#project = project;
    this.path = path;
    this.#document = document;
  }

  /** Reads the settings of a stack; one without a file has none. */
  static async read(project: Project, stack: string, file: string | undefined): Promise<StackConfig> {
    const path = file ?? join(project.root, `Pulumi.${stack}.yaml`);
    const text = existsSync(path) ? await readFile(path, "utf8") : "";
    const document = text.trim() === "" ? new Document({}) : parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) throw new EngineFailure(`${path}: ${error.message}`);
    return new StackConfig(project, path, document);
  }

  get salt(): string | undefined {
    const salt = this.#document.get("encryptionsalt");
    return typeof salt === "string" ? salt : undefined;
  }

  setSalt(salt: string): void {
    this.#document.set("encryptionsalt", salt);
  }

  set(key: string, value: string, crypter: Crypter | undefined): void {
    if (!isMap(this.#document.get("config"))) this.#document.set("config", this.#document.createNode({}));
    const stored = crypter === undefined ? value : { secure: crypter.encrypt(value) };
    this.#document.setIn(["config", this.#storedKey(key)], this.#document.createNode(stored));
  }

  remove(key: string): void {
    this.#document.deleteIn(["config", this.#storedKey(key)]);
    const config = this.#document.get("config");
    if (isMap(config) && config.items.length === 0) this.#document.delete("config");
  }

  /** Every value of the stack, the project's defaults included, by full key in alphabetical order. */
  values(crypter: Crypter | undefined): Map<string, ConfigValue> {
    const merged = new Map<string, ConfigValue>();
    for (const { fullKey, value } of this.#project.declaredConfig)
      if (value !== undefined) merged.set(fullKey, plainValue(value, crypter));
    const own = (this.#document.toJS() as { config?: Record<string, unknown> } | null)?.config ?? {};
    for (const [key, value] of Object.entries(own)) {
      merged.set(fullConfigKey(this.#project, key), plainValue(value, crypter));
    }
    return new Map([...merged].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  async save(): Promise<void> {
    // Its secrets are encrypted: it is meant to be committed and read.
    await writeFileAtomically(this.path, this.#document.toString(), 0o644);
  }

  #storedKey(key: string): string {
    const short = key.startsWith(`${this.#project.name}:`) ? key.slice(this.#project.name.length + 1) : key;
    return this.#document.hasIn(["config", short]) ? short : key;
  }
}

function plainValue(stored: unknown, crypter: Crypter | undefined): ConfigValue {
  const reveal = { secret: false };
  const value = decryptInside(stored, crypter, reveal);
  return { value: typeof value === "string" ? value : JSON.stringify(value), secret: reveal.secret };
}

function decryptInside(stored: unknown, crypter: Crypter | undefined, found: { secret: boolean }): unknown {
  if (Array.isArray(stored)) return stored.map((item) => decryptInside(item, crypter, found));
  if (typeof stored !== "object" || stored === null) return stored;
  const entries = Object.entries(stored);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === "secure" && typeof only[1] === "string") {
    found.secret = true;
    return crypter === undefined ? "" : crypter.decrypt(only[1]);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, decryptInside(item, crypter, found)]));
}
