import { type Document, isMap } from "yaml";
import {
  type ConfigValue,
  configValues,
  readSettings,
  saltOf,
  settingsPath,
} from "../../../stack/files/stackSettings.ts";
import { writeFileAtomically } from "../state/atomicFile.ts";
import type { Crypter } from "../state/passphrase.ts";
import type { Project } from "./projectFile.ts";

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
    const path = file ?? settingsPath(project, stack);
    return new StackConfig(project, path, await readSettings(path));
  }

  get salt(): string | undefined {
    return saltOf(this.#document);
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
    return configValues(this.#project, this.#document, crypter?.decrypt);
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
