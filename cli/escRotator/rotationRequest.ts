import * as z from "zod";
import { duration } from "../../provider/kinds/fields.ts";
import type { Kind, Properties } from "../../provider/kinds/kind.ts";
import { FOR_ESC } from "../../provider/kinds/table.ts";
import { loadWholeKind } from "../../provider/lifecycle/loadLifecycle.ts";
import { parseSafely } from "../../provider/parseSafely.ts";
import { Refusal } from "../http/refusal.ts";
import { requireModest } from "../http/requestLimits.ts";
import { type EscState, NOT_ASKED_FOR, stateSchema } from "./stateSchema.ts";

const bodySchema = z.object({
  request: z.looseObject({
    kind: z.enum(FOR_ESC),
    name: z.string().regex(/^[\w.-]{1,64}$/, {
      error: 'must be 1 to 64 letters, digits and "_.-", another one for each rotation of the environment',
    }),
    overlap: duration.optional(),
  }),
  state: z.unknown(),
});

/** What an environment asks for. */
export interface RotationRequest {
  readonly kind: Kind;
  /** Which rotation of the environment it is. */
  readonly name: string;
  /** How long a replaced key stays at least, as the environment says. */
  readonly overlap: string | undefined;
  /** The arguments of the kind. */
  readonly args: Properties;
  /** Undefined at the first rotation. */
  readonly state: EscState | undefined;
}

/** Reads `{request, state}`. An error names the property and what it must be, and never its value. */
export async function parseRotationRequest(body: Buffer): Promise<RotationRequest> {
  const json = jsonOf(body);
  requireModest(json);
  const { request, state } = parsed(bodySchema, json);
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
  const { state: held } = parsed(z.object({ state: stateSchema(kind).nullish() }), { state });
  const [secretOutput = ""] = kind.secretOutputs;
  const secret = (held as Properties | null | undefined)?.[secretOutput];
  const problem = typeof secret === "string" ? kind.secretProblem?.(secret) : undefined;
  if (problem !== undefined) throw new Refusal(400, `state.${secretOutput} ${problem}`);
  return { kind, name, overlap, args, state: held ?? undefined };
}

function parsed<Parsed>(schema: z.ZodType<Parsed>, json: unknown): Parsed {
  const result = parseSafely(schema, json);
  if (!result.issues) return result.data;
  throw new Refusal(400, result.issues.map(describe).join("; "));
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
