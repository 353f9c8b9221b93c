import type { Kind } from "../provider/kinds/kind.ts";
import type { DeclaredKind } from "./kindFiles.ts";

/** What stands in place of the name of a resource; a number follows. */
export const ADOPTED = "adopted";

/** The name of the program that adopts keys of that kind, or of all kinds if no kind is given. */
export function adoptionName(type?: string): string {
  return type === undefined ? "adopt" : `adopt ${type}`;
}

/** The kinds whose keys `iam-keys scan --adopt` takes over. */
export function adoptedKinds(kinds: readonly DeclaredKind[]): readonly Kind[] {
  return kinds.map(({ kind }) => kind).filter(({ isAdoptable, isRotatable }) => isAdoptable && isRotatable);
}

/**
 * Programs in TypeScript that adopt keys, with words in capitals for what differs from key to key: by their names, one of
 * all kinds, and one of each with three keys.
 */
export function adoptionPrograms(kinds: readonly DeclaredKind[]): Readonly<Record<string, string>> {
  const adopted = adoptedKinds(kinds);
  return Object.fromEntries([
    [adoptionName(), program(adopted)],
    ...adopted.map((kind) => [adoptionName(kind.type), program([kind, kind, kind])]),
  ]);
}

function program(kinds: readonly Kind[]): string {
  const resources = kinds.map((kind, index) => resource(kind, `${ADOPTED}${index + 1}`));
  return ['import { aws, yandex } from "pulumi-iam-keys";', ...resources].join("\n\n");
}

/** The arguments without which the first run would change the key, or be refused. */
const AS_IT_IS = ["description", "keyAlgorithm", "expiresAt"];

function resource({ type, account, inputs }: Kind, name: string): string {
  const lines = [
    `${account}: "ACCOUNT",`,
    ...AS_IT_IS.filter((input) => input in inputs.shape).map(
      (input) => `${input}: "${input.toUpperCase()}",`,
    ),
    'adopt: { id: "ID" },',
    'rotate: { every: "90d", paused: true },',
  ];
  const className = type.replace(":", ".Rotating");
  return [`new ${className}("${name}", {`, ...lines.map((line) => `  ${line}`), "});"].join("\n");
}
