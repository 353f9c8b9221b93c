import * as z from "zod";

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

/**
 * Holds the request, before or after the work, until it is released (`LocalIam.held`) or its caller is gone.
 * A caller who is gone before the work leaves it undone.
 */
export interface PauseFault {
  pause: FaultMoment;
}

/** Answers 200 with this text as the body. */
export interface BodyFault {
  body: string;
  /** Absent: after. */
  when?: FaultMoment;
}

/**
 * Carries the request out and leaves a field out of the answer. Of JSON it is named by its path
 * ("accessKey.keyId", "keys.0.id"), of XML by the path of its elements ("AccessKey.AccessKeyId");
 * "secret" is, in XML, the SecretAccessKey.
 */
export interface OmitFault {
  omit: string;
}

/** Carries the request out and puts another value, of any type, in a field of the answer, named as in `OmitFault`. */
export interface ReplaceFault {
  replace: string;
  /** In XML: the text of the element. */
  with: z.core.util.JSONType;
}

/** The Yandex Operation that the request starts never ends, or ends with this error. */
export interface OperationFault {
  operation: "neverDone" | { error: { code: number; message: string } };
  /** Whether its work is done all the same. Absent: before, so that it changes nothing. */
  when?: FaultMoment;
}

/** One thing that can go wrong with one request. */
export type Fault =
  | StatusFault
  | DropFault
  | DelayFault
  | PauseFault
  | BodyFault
  | OmitFault
  | ReplaceFault
  | OperationFault;

/** Which requests a fault is for. */
export interface FaultPlan {
  /** An operation as the request log names it ("Key.create", "aws:CreateAccessKey", "s3:ListBuckets"), or "*" for any. */
  operation: string;
  /** How many such requests go unharmed first. Absent: 0. */
  skip?: number;
  /** How many requests it befalls. Absent: 1. */
  times?: number;
  fault: Fault;
}

const moment = z.enum(["before", "after"]);
const when = moment.exactOptional();
const field = z.string().min(1);

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
  z.strictObject({ pause: moment }),
  z.strictObject({ body: z.string(), when }),
  z.strictObject({ omit: field }),
  z.strictObject({ replace: field, with: z.json() }),
  z.strictObject({
    operation: z.union([
      z.literal("neverDone"),
      z.strictObject({ error: z.strictObject({ code: z.int(), message: z.string() }) }),
    ]),
    when,
  }),
]) satisfies z.ZodType<Fault>;

/** A fault plan that came from outside: over HTTP, or from a caller without types. */
export const faultPlanSchema = z.strictObject({
  operation: z.string().min(1),
  skip: z.int().nonnegative().exactOptional(),
  times: z.union([z.int().positive(), z.literal(Number.POSITIVE_INFINITY)]).exactOptional(),
  fault: faultSchema,
}) satisfies z.ZodType<FaultPlan>;

export type FaultQueue = ReturnType<typeof createFaultQueue>;

/** The faults that are still to happen; one request suffers one fault at most, the oldest that fits. */
export function createFaultQueue() {
  const waiting: { operation: string; skipsLeft: number; timesLeft: number; fault: Fault }[] = [];
  return {
    add(plan: FaultPlan): void {
      const { operation, skip = 0, times = 1, fault } = faultPlanSchema.parse(plan);
      waiting.push({ operation, skipsLeft: skip, timesLeft: times, fault });
    },
    take(operation: string): Fault | undefined {
      const fitting = waiting.filter((plan) => plan.operation === operation || plan.operation === "*");
      const plan = fitting.find(({ skipsLeft }) => skipsLeft === 0);
      for (const later of fitting) later.skipsLeft = Math.max(0, later.skipsLeft - 1);
      if (!plan) return undefined;
      plan.timesLeft -= 1;
      if (plan.timesLeft <= 0) waiting.splice(waiting.indexOf(plan), 1);
      return plan.fault;
    },
    clear(): void {
      waiting.length = 0;
    },
  };
}
