import type { PolicyConfigSchema, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import {
  ageViolations,
  DEFAULT_LIMITS,
  type Limits,
  rotationViolations,
  type StackResource,
} from "pulumi-iam-keys/policy";

const configSchema: PolicyConfigSchema = {
  properties: {
    maxAgeDays: { type: "number", exclusiveMinimum: 0, default: DEFAULT_LIMITS.maxAgeDays },
    except: { type: "array", items: { type: "string" }, default: [...DEFAULT_LIMITS.except] },
  },
};

/** Refuses, before it is made, a key that nothing will rotate in time. */
export const rotated: ResourceValidationPolicy = {
  name: "iam-keys-rotated",
  description: "Every key of pulumi-iam-keys is rotated before it is too old.",
  enforcementLevel: "mandatory",
  configSchema,
  validateResource(args, reportViolation) {
    const limits = args.getConfig<Limits>();
    for (const { message } of rotationViolations(knownOf(args), limits)) reportViolation(message);
  },
};

/** Refuses a stack with a key that is too old. */
export const young: StackValidationPolicy = {
  name: "iam-keys-young",
  description: "No key of pulumi-iam-keys is older than it may be.",
  enforcementLevel: "mandatory",
  configSchema,
  validateStack(args, reportViolation) {
    const limits = args.getConfig<Limits>();
    for (const resource of args.resources) {
      for (const { message, urn } of ageViolations(knownOf(resource), limits, Date.now()))
        reportViolation(message, urn);
    }
  },
};

/** What is read of a resource and known by now: in a preview, looking at anything else ends the whole policy. */
function knownOf({ urn, type, props }: StackResource): StackResource {
  const names = [
    ...["rotate", "overlap", "retire", "expiresIn", "keySince", "expiresAt"],
    ...["createdAt", "createDate", "current", "previous"],
  ];
  return { urn, type, props: known(props, names) };
}

function known(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const read = names.map((name) => {
    try {
      const value = from[name];
      return [name, typeof value === "object" && value !== null ? partsOf(value) : value];
    } catch {
      // It will have a value, which is not known yet.
      return [name, null];
    }
  });
  return Object.fromEntries(read);
}

function partsOf(value: object): Record<string, unknown> {
  return known(value as Record<string, unknown>, [
    "every",
    "lead",
    "grace",
    "paused",
    "keySince",
    "createdAt",
    "createDate",
  ]);
}
