import { Temporal } from "temporal-polyfill";

/** "90d", "12h": a whole number and a unit. */
const SHORT_FORM = /^(\d+)([smhdw])$/;

/**
 * The milliseconds of a duration given as "30m", "12h", "90d", "2w" or in ISO 8601 ("PT12H", "P90D"), or
 * undefined where the text is neither, or negative. A day is 24 hours; months and years, whose length
 * depends on the calendar, are no durations here.
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = SHORT_FORM.exec(text) ?? [];
  const iso = amount && unit ? `P${"dw".includes(unit) ? "" : "T"}${amount}${unit.toUpperCase()}` : text;
  try {
    const { weeks, ...rest } = fields(Temporal.Duration.from(iso));
    const milliseconds = Temporal.Duration.from({ ...rest, days: rest.days + 7 * weeks }).total(
      "milliseconds",
    );
    return milliseconds >= 0 ? milliseconds : undefined;
  } catch {
    return undefined;
  }
}

function fields({ years, months, weeks, days, hours, minutes, seconds }: Temporal.Duration) {
  if (years || months) throw new RangeError("months and years have no fixed length");
  return { weeks, days, hours, minutes, seconds };
}
