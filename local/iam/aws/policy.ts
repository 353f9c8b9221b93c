import * as z from "zod";
import { matchesAwsPattern } from "./pattern.ts";

const texts = z.union([z.string(), z.array(z.string())]);

/** As much of a policy document as is evaluated here. */
export interface AwsPolicy {
  readonly Version: "2012-10-17" | "2008-10-17";
  readonly Statement: readonly AwsPolicyStatement[];
}

export interface AwsPolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  /** With * and ? as wildcards, in upper or lower case. */
  readonly Action: string | readonly string[];
  /** ARNs with * and ? as wildcards and, from version 2012-10-17 on, `${aws:username}`. */
  readonly Resource: string | readonly string[];
}

/** A policy that came from outside. What would not be evaluated (Condition, NotAction, …) is refused. */
export const policySchema: z.ZodType<AwsPolicy> = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().exactOptional(),
      Effect: z.enum(["Allow", "Deny"]),
      Action: texts,
      Resource: texts,
    }),
  ),
});

/** Whether the policy allows the user this action on this resource: something has to allow it, and nothing to deny it. */
export function allows(
  { Version, Statement }: AwsPolicy,
  { userName, action, resource }: { userName: string; action: string; resource: string },
): boolean {
  const withVariables = (pattern: string) =>
    Version === "2012-10-17" ? pattern.replace(/\$\{aws:username\}/g, () => userName) : pattern;
  const effects = Statement.filter(
    ({ Action, Resource }) =>
      [Action].flat().some((pattern) => matchesAwsPattern(pattern.toLowerCase(), action.toLowerCase())) &&
      [Resource].flat().some((pattern) => matchesAwsPattern(withVariables(pattern), resource)),
  ).map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}
