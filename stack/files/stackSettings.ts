import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Document, isMap } from "yaml";
import { StackFailure } from "./failure.ts";
import { contentOf, parseYaml } from "./givenText.ts";
import { asObject, type ProjectFile } from "./projectFile.ts";

/** One configuration value, decrypted; an object or a list is its JSON text. */
export interface ConfigValue {
  readonly value: string;
  readonly secret: boolean;
}

/** The full key of what a user typed: a bare name belongs to the project. */
export function fullConfigKey(project: ProjectFile, key: string): string {
  const colons = key.split(":").length - 1;
  if (colons === 0) return `${project.name}:${key}`;
  if (colons === 1) return key;
  throw new StackFailure(`could not parse ${key} as a configuration key: expected name or namespace:name`);
}

/** The settings file of a stack. */
export function settingsPath(project: ProjectFile, stack: string): string {
  return join(project.root, `Pulumi.${stack}.yaml`);
}

/** Reads the settings of a stack; one without a file has none. */
export async function readSettings(path: string): Promise<Document> {
  const text = existsSync(path) ? await readFile(path, "utf8") : "";
  return text.trim() === "" ? new Document({}) : parseYaml(text, path);
}

/** The salt and check value of the stack's passphrase. */
export function saltOf(settings: Document): string | undefined {
  const salt = isMap(settings.contents) ? settings.get("encryptionsalt") : undefined;
  return typeof salt === "string" ? salt : undefined;
}

/**
 * Every value of the stack, the project's defaults included, by full key in alphabetical order.
 *
 * @param decrypt opens a secret; without it secrets are empty
 */
export function configValues(
  project: ProjectFile,
  settings: Document,
  decrypt: Decrypt | undefined,
): Map<string, ConfigValue> {
  const merged = new Map<string, ConfigValue>();
  for (const { fullKey, value } of project.declaredConfig)
    if (value !== undefined) merged.set(fullKey, plainValue(value, decrypt));
  const label = "the settings of the stack";
  const content = asObject(contentOf(settings, label) ?? {}, label);
  for (const [key, value] of Object.entries(asObject(content.config ?? {}, `${label}: config`))) {
    merged.set(fullConfigKey(project, key), plainValue(value, decrypt));
  }
  return new Map([...merged].sort(([left], [right]) => (left < right ? -1 : 1)));
}

type Decrypt = (ciphertext: string) => string;

function plainValue(stored: unknown, decrypt: Decrypt | undefined): ConfigValue {
  const reveal = { secret: false };
  const value = decryptInside(stored, decrypt, reveal);
  return { value: typeof value === "string" ? value : JSON.stringify(value), secret: reveal.secret };
}

function decryptInside(stored: unknown, decrypt: Decrypt | undefined, found: { secret: boolean }): unknown {
  if (Array.isArray(stored)) return stored.map((item) => decryptInside(item, decrypt, found));
  if (typeof stored !== "object" || stored === null) return stored;
  const entries = Object.entries(stored);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === "secure" && typeof only[1] === "string") {
    found.secret = true;
    return decrypt === undefined ? "" : decrypt(only[1]);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, decryptInside(item, decrypt, found)]));
}
