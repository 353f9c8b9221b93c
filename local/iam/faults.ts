import { z } from "zod";

/** "before": the request is not carried out. "after": it is carried out, then the answer is spoiled. */
export type FaultMoment = "before" | "after";

/** Answers with an error in the words of the service that was called. */
export interface StatusFault {
  /** The HTTP status. */
  status: number;
  /** The service's own code (Yandex: a google.rpc code, AWS and S3: a word). Absent: the usual one for the status. */
  code?: number | string;
  message?: string;
  /** The value of a Retry-After header. */
  retryAfter?: string;
  /** Absent: before. */
  when?: FaultMoment;
}

/** Cuts the connection: before the work, after it with nothing sent, or after it in the middle of the answer. */
export interface DropFault {
  drop: FaultMoment | "midBody";
}

/** Waits in real time, then goes on as usual. The work is done even where the caller has gone away meanwhile. */
export interface DelayFault {
  delayMs: number;
  /** Absent: before. */
  when?: FaultMoment;
}

/** Answers 200 with this text as the body. */
export interface BodyFault {
  body: string;
  /** Absent: after. */
  when?: FaultMoment;
}

/** Carries the request out and leaves the secret out of the answer. */
export interface OmitFault {
  omit: "secret" | "privateKey" | "iamToken";
}

/** The Yandex Operation that the request starts never ends, or ends with this error; either way it changes nothing. */
export interface OperationFault {
  operation: "neverDone" | { error: { code: number; message: string } };
}

/** One thing that can go wrong with one request. */
export type Fault = StatusFault | DropFault | DelayFault | BodyFault | OmitFault | OperationFault;

/** Which requests a fault is for. */
export interface FaultPlan {
  /** An operation as the request log names it ("Key.create", "aws:CreateAccessKey", "s3:ListBuckets"), or "*" for any. */
  operation: string;
  /** How many requests it befalls. Absent: 1. */
  times?: number;
  fault: Fault;
}

const when = z.enum(["before", "after"]).exactOptional();

const faultSchema = z.union([
  z.strictObject({
    status: z.int().min(400).max(599),
    code: z.union([z.int(), z.string()]).exactOptional(),
    message: z.string().exactOptional(),
    retryAfter: z.string().exactOptional(),
    when,
  }),
  z.strictObject({ drop: z.enum(["before", "after", "midBody"]) }),
  z.strictObject({ delayMs: z.number().nonnegative(), when }),
  z.strictObject({ body: z.string(), when }),
  z.strictObject({ omit: z.enum(["secret", "privateKey", "iamToken"]) }),
  z.strictObject({
    operation: z.union([
      z.literal("neverDone"),
      z.strictObject({ error: z.strictObject({ code: z.int(), message: z.string() }) }),
    ]),
  }),
]) satisfies z.ZodType<Fault>;

/** A fault plan that came from outside: over HTTP, or from a caller without types. */
export const faultPlanSchema = z.strictObject({
  operation: z.string().min(1),
  times: z.union([z.int().positive(), z.literal(Number.POSITIVE_INFINITY)]).exactOptional(),
  fault: faultSchema,
}) satisfies z.ZodType<FaultPlan>;

export type FaultQueue = ReturnType<typeof createFaultQueue>;

/** The faults that are still to happen; one request suffers one fault at most, the oldest that fits. */
export function createFaultQueue() {
  const waiting: { operation: string; timesLeft: number; fault: Fault }[] = [];
  return {
    add(plan: FaultPlan): void {
      const { operation, times = 1, fault } = faultPlanSchema.parse(plan);
      waiting.push({ operation, timesLeft: times, fault });
    },
    take(operation: string): Fault | undefined {
      const index = waiting.findIndex((plan) => plan.operation === operation || plan.operation === "*");
      const plan = waiting[index];
      if (!plan) return undefined;
      plan.timesLeft -= 1;
      if (plan.timesLeft <= 0) waiting.splice(index, 1);
      return plan.fault;
    },
    clear(): void {
      waiting.length = 0;
    },
  };
}
