import { z } from "zod";
import { duration, moment } from "../../provider/kinds/fields.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { Refusal } from "./refusal.ts";

/** The kinds of which two keys may exist at once. */
const KINDS = [
  "yandex:ServiceAccountKey",
  "yandex:StaticAccessKey",
  "yandex:ApiKey",
  "aws:AccessKey",
] as const;

/** What the schedule of the environment decides instead, and its state. */
const NOT_ASKED_FOR = ["rotate", "keepers", "adopt"];

const heldKey = z.looseObject({
  id: z.string().regex(/./, { error: "must not be empty" }),
  createdAt: moment.optional(),
});

const stateSchema = heldKey.extend({
  rotatedAt: moment.optional(),
  previous: heldKey.extend({ replacedAt: moment }).optional(),
  rotation: z
    .object({
      kind: z.enum(KINDS),
      owner: z.string(),
      abandoned: z.array(z.string()).optional(),
      mark: z.string().optional(),
    })
    .optional(),
});

const bodySchema = z.object({
  request: z.looseObject({
    kind: z.enum(KINDS),
    name: z.string().regex(/^[\w.-]{1,64}$/, {
      error: 'must be 1 to 64 letters, digits and "_.-", another one for each rotation of the environment',
    }),
    overlap: duration.optional(),
  }),
  state: stateSchema.nullish(),
});

/** What the environment holds from the last rotation. */
export type EscState = z.infer<typeof stateSchema>;

/** What an environment asks for. */
export interface RotationRequest {
  readonly kind: Kind;
  /** Which rotation of the environment it is. */
  readonly name: string;
  /** How long a key that was replaced stays at least, as the environment has it. */
  readonly overlap: string | undefined;
  /** The arguments of the kind. */
  readonly args: Properties;
  /** Undefined at the first rotation. */
  readonly state: EscState | undefined;
}

/** Reads `{request, state}`; says of what cannot be used which property it is and what it must be, never its value. */
export async function parseRotationRequest(body: Buffer): Promise<RotationRequest> {
  const result = bodySchema.safeParse(jsonOf(body), { reportInput: true });
  if (!result.success) throw new Refusal(400, result.error.issues.map(describe).join("; "));
  const { request, state } = result.data;
  const { kind: type, name, overlap, ...args } = request;
  const kind = await loadWholeKind(type);
  const allowed = Object.keys(kind.inputs.shape).filter((argument) => !NOT_ASKED_FOR.includes(argument));
  const unknown = Object.keys(args).filter((argument) => !allowed.includes(argument));
  if (unknown.length > 0) {
    throw new Refusal(
      400,
      `request.${unknown.join(" and request.")} cannot be given: with ${type} it takes kind, name, overlap, ${allowed.join(", ")}`,
    );
  }
  return { kind, name, overlap, args, state: state ?? undefined };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, "The body must be JSON: { request: {…}, state: {…} or null }.");
  }
}

function describe({ path, ...issue }: z.core.$ZodIssue): string {
  const name = path.join(".") || "The body";
  if (issue.code === "invalid_value") return `${name} must be ${issue.values.join(" or ")}`;
  if (issue.code !== "invalid_type") return `${name} ${issue.message}`;
  return issue.input === undefined ? `${name} is required` : `${name} must be of type ${issue.expected}`;
}
