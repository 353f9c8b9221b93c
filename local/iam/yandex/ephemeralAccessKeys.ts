import * as z from "zod";
import type { Subject } from "../state.ts";
import { type AuthenticatedCall, accountOrCaller, characters, readBody } from "./call.ts";
import { durationField, nanosecondTimestamp } from "./protoJson.ts";

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

const createRequest = z.strictObject({
  subjectId: characters(50),
  sessionName: z
    .string("Required.")
    .min(1, "Required.")
    .max(64, "The string length in characters must be 1-64.")
    .regex(/^[\w+=,.@-]*$/),
  policy: characters(2048).refine((text) => text === "" || isJsonObject(text), "Must be a policy in JSON."),
  duration: durationField
    .refine((ms) => ms >= 15 * minuteMs && ms <= 8760 * hourMs, "Acceptable values are 15m to 8760h.")
    .optional(),
});

/** TemporaryAccessKey.createEphemeral */
export function createEphemeralAccessKey(call: AuthenticatedCall): object {
  const { subjectId, duration } = readBody(call, createRequest);
  const expiresAt = expiryOf(call, duration);
  const key = call.state.addEphemeralAccessKey(subjectOf(call, subjectId), expiresAt);
  return {
    accessKeyId: key.id,
    secret: key.secret,
    sessionToken: key.sessionToken,
    expiresAt: nanosecondTimestamp(expiresAt),
  };
}

// For oneself no role is needed.
function subjectOf(call: AuthenticatedCall, subjectId: string): Subject {
  return subjectId === "" || subjectId === call.subject.id ? call.subject : accountOrCaller(call, subjectId);
}

// Never longer than the token that made the request; the administrator's token of this server has no end.
function expiryOf({ state, tokenExpiresAt }: AuthenticatedCall, duration = 12 * hourMs): Date {
  const wanted = new Date(state.now().getTime() + duration);
  return tokenExpiresAt && tokenExpiresAt < wanted ? tokenExpiresAt : wanted;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
