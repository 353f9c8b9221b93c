import { redact } from "../../provider/redact.ts";
import { plain } from "../words.ts";
import type { FoundKey } from "./foundKey.ts";

const IMPORTS = `import { aws, yandex } from "pulumi-iam-keys";

// "paused" keeps the keys as they are. Remove it once everybody who uses a key reads it from this stack.
// Also give adopt.secret, from the stack's config: without it, the secret is known only after the first rotation.`;

/**
 * The program text (TypeScript) that takes keys over: those that carry no resource's name, and those that are named.
 *
 * @param named the ids that are on the command line
 */
export function adoptionText(keys: readonly FoundKey[], named: readonly string[]): string {
  const parts = keys.map((key) => {
    if (key.owner === undefined) return `${roomText(key)}${resource(key)}`;
    if (!named.includes(key.id))
      return `// ${key.id} is left out: it carries the name of ${plain(key.owner)}.`;
    return `// It carries the name of ${plain(key.owner)}: take it over only if that resource no longer exists.\n${resource(key)}`;
  });
  return [IMPORTS, ...parts].join("\n\n");
}

/** A warning if the key cannot be rotated as it is. */
function roomText({ account, isOneOfTwo }: FoundKey): string {
  return isOneOfTwo
    ? `// AWS allows user ${account.id} no third key: no rotation is possible before one of the two is deleted.\n`
    : "";
}

function resource(key: FoundKey): string {
  const { id, type, account, description } = key;
  const [cloud, kind] = type.split(":");
  const lines = [
    `${account.cloud === "aws" ? "userName" : "serviceAccountId"}: ${quoted(account.id)},`,
    ...(description === "" ? [] : [`description: ${quoted(description)},`]),
    ...madeWith(key),
    `adopt: { id: ${quoted(id)} },`,
    'rotate: { every: "90d", paused: true },',
  ];
  const name = quoted(`${account.name ?? account.id}-${id}`);
  return [`new ${cloud}.Rotating${kind}(${name}, {`, ...lines.map((line) => `  ${line}`), "});"].join("\n");
}

/** What the adoption would change or refuse if the program did not set it. */
function madeWith({ listed }: FoundKey): string[] {
  const [keyAlgorithm, expiresAt] = [listed?.keyAlgorithm, listed?.expiresAt];
  return [
    ...(typeof keyAlgorithm === "string" ? [`keyAlgorithm: ${quoted(keyAlgorithm)},`] : []),
    ...(typeof expiresAt === "string" ? [`expiresAt: ${quoted(expiresAt)},`] : []),
  ];
}

/** As a string of TypeScript, in which nothing steers a terminal or hides from who reads it. */
function quoted(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(redact(text)).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped);
}
