import fc from "fast-check";
import { type RotationWindow, WEEKDAYS } from "../../../provider/rotation/window.ts";
import type { Policy } from "../../../simulation/oldestAllowed.ts";
import { AWS_KEY, SERVICE_ACCOUNT_KEY, STATIC_KEY } from "../../../simulation/rotatingKinds.ts";

export const rotatingKind = fc.oneof(
  { weight: 2, arbitrary: fc.constant(STATIC_KEY) },
  { weight: 3, arbitrary: fc.constant(AWS_KEY) },
  // RSA keys take their time to be made.
  { weight: 1, arbitrary: fc.constant(SERVICE_ACCOUNT_KEY) },
);

const hourOfDay = fc.integer({ min: 0, max: 22 });

const window: fc.Arbitrary<RotationWindow> = fc
  .record({
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    from: hourOfDay,
    to: fc.constant(23),
    timeZone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu"),
    maxDelay: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
  })
  .map(({ days, from, to, timeZone, maxDelay }) => ({
    days,
    hours: `${String(from).padStart(2, "0")}:00-${to}:00`,
    timeZone,
    ...(maxDelay === undefined ? {} : { maxDelay: `${maxDelay}h` }),
  }));

/** How long a key is valid beside the next one, in hours, and all that the resource is told. */
export const policy: fc.Arbitrary<{ readonly overlap: number; readonly policy: Policy }> = fc
  .record({
    // Often short enough for the key before to be still in the way.
    every: fc
      .oneof(fc.integer({ min: 4, max: 10 }), fc.integer({ min: 4, max: 60 }))
      .map((days) => days * 24),
    // Together always less than the time between two rotations.
    overlapShare: fc.integer({ min: 1, max: 100 }),
    leadShare: fc.option(fc.integer({ min: 0, max: 15 }), { nil: undefined }),
    graceShare: fc.integer({ min: 0, max: 99 }),
    useShare: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    window: fc.option(window, { nil: undefined, freq: 2 }),
  })
  .map(({ every, leadShare, overlapShare, graceShare, useShare, window }) => {
    const overlap = Math.ceil((every * overlapShare) / 250);
    return {
      overlap,
      policy: {
        rotate: {
          every: `${every}h`,
          // Shorter than what overlap and grace leave of the time between two rotations.
          ...(leadShare === undefined ? {} : { lead: `${Math.floor((every * leadShare) / 100)}h` }),
          ...(window ? { window } : {}),
        },
        overlap: `${overlap}h`,
        retire: {
          grace: `${Math.floor((every * graceShare) / 250)}h`,
          ...(useShare === undefined ? {} : { unlessUsedWithin: `${Math.ceil((every * useShare) / 100)}h` }),
        },
      },
    };
  });
