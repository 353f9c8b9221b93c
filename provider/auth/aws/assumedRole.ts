import * as z from "zod";
import { IamKeysError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { readStructured } from "./structured.ts";

const roleSchema = z.strictObject({
  roleArn: z.string().min(1),
  sessionName: z.string().optional(),
  externalId: z.string().optional(),
  /** As Go writes durations: "1h30m". */
  duration: z
    .string()
    .regex(/^(?=.)(\d+h)?(\d+m)?(\d+s)?$/)
    .optional(),
  durationSeconds: z.number().int().positive().optional(),
  policy: z.string().optional(),
  policyArns: z.array(z.string()).optional(),
  sourceIdentity: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  transitiveTagKeys: z.array(z.string()).optional(),
});

/** A role, as the parameters of AssumeRole. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export interface AssumedRole {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly [parameter: string]: unknown;
}

/** The roles of `aws:assumeRole` or `aws:assumeRoles`: each is assumed with the credentials of the one before. */
export function assumedRoles(ports: Ports): AssumedRole[] {
  const one = readStructured(ports, "aws:assumeRole", roleSchema);
  const many = readStructured(ports, "aws:assumeRoles", z.array(roleSchema));
  if (one && many?.length) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      "aws:assumeRole and aws:assumeRoles are both set, so it is not clear which role to assume.",
      { hint: "Keep one and remove the other." },
    );
  }
  return (one ? [one] : (many ?? [])).map(parametersOf);
}

function parametersOf(role: z.infer<typeof roleSchema>): AssumedRole {
  const { policyArns, tags, duration } = role;
  const parameters = {
    ExternalId: role.externalId,
    DurationSeconds: duration === undefined ? role.durationSeconds : secondsOf(duration),
    Policy: role.policy,
    PolicyArns: policyArns?.map((arn) => ({ arn })),
    SourceIdentity: role.sourceIdentity,
    Tags: tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: role.transitiveTagKeys,
  };
  return {
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName || "pulumi-iam-keys",
    ...Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)),
  };
}

function secondsOf(duration: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = ["h", "m", "s"].map((unit) =>
    Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0),
  );
  return hours * 3600 + minutes * 60 + seconds;
}
