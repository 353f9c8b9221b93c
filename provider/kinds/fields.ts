import { z } from "zod";
import { parseDuration } from "../rotation/duration.ts";

/** Inputs that several kinds share, with the limits of the API pages. */

export const serviceAccountId = z.string().min(1).max(50);

/** Characters as the API counts them: code points, not UTF-16 units. */
export const description = z.string().refine((text) => [...text].length <= 256, {
  error: (issue) => `must be at most 256 characters long, and has ${[...String(issue.input)].length}`,
});

export const keepers = z.record(z.string(), z.string());

/** A duration such as "1h" or "P90D". */
export const duration = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: 'must be a duration such as "30m", "12h", "90d" or, in ISO 8601, "PT12H" or "P90D"',
});

/** RFC 3339, as protobuf writes a Timestamp: up to nine fractional digits. */
export const timestamp = z.iso.datetime({ offset: true });
