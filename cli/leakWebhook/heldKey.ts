import type { Properties } from "../../provider/kinds/kind.ts";
import { isRotating, loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import type { RotatingState } from "../../provider/lifecycle/rotatingState.ts";
import { keepSecret } from "../../provider/redact.ts";
import { UNKNOWN } from "../../provider/unknown.ts";
import type { StoredResource } from "../../stack/storedResource.ts";
import type { Leak } from "./leakEvent.ts";

/** A key that the state of a stack holds. */
export interface HeldKey {
  readonly id: string;
  /** "replaced": its replacement exists, and any run deletes it. */
  readonly is: "current" | "previous" | "replaced";
  /** How it is called elsewhere: the id itself, and an access key's own one. */
  readonly names: readonly string[];
  readonly secrets: readonly string[];
}

/** Shorter ones would be found in texts that have nothing to do with them. */
const SHORTEST_SECRET = 16;

/** The keys that a resource holds. What is encrypted, and what was delivered elsewhere, has no secret here. */
export async function heldKeys({ type, id, outputs, isReplaced }: StoredResource): Promise<HeldKey[]> {
  const { idOutput = "", secretOutputs } = await loadWholeKind(type);
  const keyOf = (keyId: string, key: Properties, is: HeldKey["is"]): HeldKey => {
    const secrets = secretOutputs
      .map((name) => key[name])
      .filter((secret) => typeof secret === "string" && secret !== UNKNOWN)
      .filter((secret): secret is string => String(secret).length >= SHORTEST_SECRET);
    for (const secret of secrets) keepSecret(secret);
    const name = key[idOutput];
    const names = [keyId, ...(typeof name === "string" ? [name] : [])];
    return { id: keyId, is: isReplaced ? "replaced" : is, names, secrets };
  };
  if (!isRotating(type)) return id === "" ? [] : [keyOf(id, outputs, "current")];
  const { current, previous } = outputs as RotatingState;
  return [
    ...(current?.id ? [keyOf(current.id, { ...current }, "current")] : []),
    ...(previous?.id ? [keyOf(previous.id, { ...previous }, "previous")] : []),
  ];
}

/** Whether it is this key that leaked. */
export function isLeaked({ names, secrets }: HeldKey, leak: Leak): boolean {
  if ("id" in leak) return names.includes(leak.id);
  const words = leak.text.split(/[^\w-]+/);
  const text = unwrapped(leak.text);
  return (
    names.some((name) => words.includes(name)) || secrets.some((secret) => text.includes(unwrapped(secret)))
  );
}

/** A private key stands in files with its line ends, without them, or escaped. */
function unwrapped(text: string): string {
  return text.replace(/\\[nr]|\s+/g, "");
}
