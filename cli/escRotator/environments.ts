import { matchesPattern } from "../../provider/rotation/pattern.ts";
import { Refusal } from "../http/refusal.ts";

/** Environments that may call, and whose keys they may rotate. */
export interface AllowedEnvironments {
  /** "organization/project/environment"; "*" stands for any characters of one part. */
  readonly pattern: string;
  /** Ids of service accounts and names of IAM users; absent: any that the rotator has rights on. */
  readonly accounts: readonly string[] | undefined;
}

/** How the subject of a token names an environment. In the project "default", it is only the name of the environment. */
const SUBJECT = /^pulumi:environments:org:([^:/\s]+):env:(?:([^:/\s]+)\/)?([^:/\s]+)$/;
const RULE = /^([^/\s=,]+\/[^/\s=,]+\/[^/\s=,]+)(?:=([^\s=]+))?$/;

/** Reads "acme/storage/prod-*" or "acme/storage/prod-*=ajeabc,uploader"; undefined if it is neither. */
export function parseAllowed(text: string): AllowedEnvironments | undefined {
  const [, pattern, accounts] = RULE.exec(text) ?? [];
  return pattern === undefined ? undefined : { pattern, accounts: accounts?.split(",").filter(Boolean) };
}

/** The environment that the subject names, as "organization/project/environment". */
export function environmentOf(subject: string): string | undefined {
  const [, organization, project = "default", name] = SUBJECT.exec(subject) ?? [];
  return organization && `${organization}/${project}/${name}`;
}

/** The rules that name the environment. Refuses an environment that no rule names. */
export function rulesFor(
  environment: string,
  allowed: readonly AllowedEnvironments[],
): readonly AllowedEnvironments[] {
  const rules = allowed.filter(({ pattern }) => covers(pattern, environment));
  if (rules.length > 0) return rules;
  throw new Refusal(403, `Environment ${environment} is not among those that this rotator is for.`);
}

/** Refuses keys of an account that no rule allows. */
export function requireAccount(
  rules: readonly AllowedEnvironments[],
  argument: string,
  account: unknown,
  environment: string,
): void {
  if (rules.some(({ accounts }) => !accounts || accounts.includes(String(account)))) return;
  throw new Refusal(
    403,
    account === undefined
      ? `request.${argument} is required: environment ${environment} may rotate only the keys of some accounts.`
      : `Environment ${environment} may not rotate the keys that request.${argument} asks for.`,
  );
}

function covers(pattern: string, environment: string): boolean {
  const parts = environment.split("/");
  return pattern.split("/").every((part, index) => matchesPattern(part, parts[index] ?? ""));
}
