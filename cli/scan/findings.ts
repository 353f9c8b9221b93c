import { isTrialUse } from "../trialUse.ts";
import { accountText, type FoundKey, isRoot } from "./foundKey.ts";
import type { Limits } from "./options.ts";

/** What is reported of keys, and what it says whatever the key. */
export const RULES = {
  neverUsed: "The key is older than a day and was never used, or not later than a minute after it was made.",
  unused: "The key has not been used for too long.",
  tooOld: "The key is too old.",
  twoActive: "The AWS user has two active keys.",
  rootKey: "The root user of the AWS account has an active key.",
} as const;

export interface Finding {
  readonly code: keyof typeof RULES;
  readonly text: string;
}

/** A key with what is reported of it. */
export interface JudgedKey extends FoundKey {
  readonly findings: readonly Finding[];
}

/** The APIs may know of a use hours late. */
const NEW_MS = 24 * 60 * 60 * 1000;

/** What the report says of all keys of the accounts. */
export function judged(keys: readonly FoundKey[], limits: Limits, now: number): JudgedKey[] {
  const active = Map.groupBy(
    keys.filter(({ account, status }) => account.cloud === "aws" && status === "Active"),
    ({ account }) => account.id,
  );
  return keys.map((key) => {
    const isOneOfTwo = (active.get(key.account.id)?.length ?? 0) > 1 && key.status === "Active";
    return {
      ...key,
      findings: [
        ...byTime(key, limits, now),
        ...(isOneOfTwo ? [finding("twoActive", "one of two active keys")] : []),
        ...(isRoot(key.account) && key.status === "Active"
          ? [finding("rootKey", "a key of the root user")]
          : []),
      ],
    };
  });
}

function byTime({ createdAt, use }: FoundKey, { unused, older }: Limits, now: number): Finding[] {
  const madeAt = Date.parse(createdAt ?? "");
  const usedAt = Date.parse((use.known && use.last?.at) || "");
  const isTried = isTrialUse(madeAt, usedAt);
  const isNeverUsed = use.known && (!use.last || isTried) && now - madeAt > NEW_MS;
  const isIdle = unused && !isNeverUsed && now - usedAt > unused.milliseconds;
  return [
    ...(isNeverUsed ? [finding("neverUsed", `never used${isTried ? " except when it was made" : ""}`)] : []),
    ...(isIdle ? [finding("unused", `not used for ${unused.text}`)] : []),
    ...(older && now - madeAt > older.milliseconds ? [finding("tooOld", `older than ${older.text}`)] : []),
  ];
}

function finding(code: Finding["code"], text: string): Finding {
  return { code, text };
}

/** What could not be judged, because the API does not say or the caller may not see it. */
export function unjudged(keys: readonly FoundKey[]): string[] {
  return keys.flatMap(({ id, account, createdAt, use }) => [
    ...(Number.isNaN(Date.parse(createdAt ?? ""))
      ? [`It is not known when key ${id} of ${accountText(account)} was made.`]
      : []),
    ...(use.known || use.why === undefined ? [] : [use.why]),
  ]);
}
