import * as z from "zod";
import { parseDuration } from "../rotation/duration.ts";
import { isTimeZone, parseHours, WEEKDAYS } from "../rotation/window.ts";

/** Inputs that several kinds share, with the limits of the API pages. */

export const serviceAccountId = z.string().min(1).max(50);

/** The most that the API takes, in characters as it counts them: code points, not UTF-16 units. */
export const LONGEST_DESCRIPTION = 256;

export const description = z.string().refine((text) => [...text].length <= LONGEST_DESCRIPTION, {
  error: (issue) =>
    `must be at most ${LONGEST_DESCRIPTION} characters long, and has ${[...String(issue.input)].length}`,
});

/** Whether the description says on the server whose key it is. */
export const tagDescription = z.boolean();

const keepers = z.record(z.string(), z.string());

/** RFC 3339, as protobuf writes a Timestamp: up to nine fractional digits. */
export const timestamp = z.iso.datetime({ offset: true });

/** The same, as a person writes it. */
export const moment = z.iso.datetime({
  offset: true,
  error: 'must be a moment such as "2027-01-31T12:00:00Z"',
});

/** The most successes in a row: more would be a load test. */
const MOST_SUCCESSES = 20;

const LONGEST_MS = 100 * 365 * 24 * 60 * 60 * 1000;

/** A duration such as "1h" or "P90D", which may be zero. */
const durationOrZero = z.string().refine((text) => (parseDuration(text) ?? Infinity) <= LONGEST_MS, {
  error: 'must be a duration such as "30m", "12h", "90d" or, in ISO 8601, "PT12H" or "P90D"',
});

/** A duration that is longer than zero. */
export const duration = durationOrZero.refine((text) => parseDuration(text) !== 0, {
  error: "must be longer than nothing",
});

const LONGEST_GROUP = 64;

/** When a key is rotated by its age. */
const rotate = z.strictObject({
  every: duration,
  lead: durationOrZero.optional(),
  jitter: durationOrZero.optional(),
  window: z
    .strictObject({
      days: z.array(z.enum(WEEKDAYS)).min(1).optional(),
      hours: z
        .string()
        .refine((text) => parseHours(text) !== undefined, {
          error: 'must be hours of a day such as "22:00-04:00"',
        })
        .optional(),
      timeZone: z
        .string()
        .refine(isTimeZone, { error: 'must be a time zone such as "Europe/Berlin" or "UTC"' }),
      maxDelay: durationOrZero.optional(),
    })
    .optional(),
  paused: z.boolean().optional(),
  group: z.string().min(1).max(LONGEST_GROUP).optional(),
});

/** Whether, for how long and how often a new key is tried before anybody gets it. */
export const verify = verifyWith({});

/** @param more more arguments of the trial of one kind */
export function verifyWith<More extends z.ZodRawShape>(more: More) {
  const how = z.strictObject({
    timeout: duration.optional(),
    successes: z.int().min(1).max(MOST_SUCCESSES).optional(),
    ...more,
  });
  const names = Object.keys(how.shape).join(", ");
  return z.union([z.boolean(), how], {
    error: `must be true, false or an object with some of ${names}: a timeout is a duration, successes a whole number from 1 to ${MOST_SUCCESSES}`,
  });
}

/** The inputs of every kind that can be rotated. */
export const rotation = { rotate: rotate.optional(), keepers: keepers.optional() };

/** What a rotating resource takes beside the inputs of its kind. */
export const overlapping = {
  overlap: durationOrZero.optional(),
  retire: z
    .union(
      [
        z.literal("undo"),
        z.strictObject({
          grace: durationOrZero.optional(),
          unlessUsedWithin: duration.optional(),
          onceCurrentUsed: z.boolean().optional(),
        }),
      ],
      {
        error:
          'must be "undo" or { grace?: a duration, unlessUsedWithin?: a duration, onceCurrentUsed?: true or false }',
      },
    )
    .optional(),
};
