import { Temporal } from "temporal-polyfill";

/** "90d", "12h", "1h30m": whole numbers with their units, from the longest to the shortest. */
const SHORT_FORM = /^(?=\d)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/;

/**
 * The milliseconds of a duration given as "30m", "1h30m", "90d", "2w" or in ISO 8601 ("PT12H", "P90D"), or undefined if
 * the text is neither, or negative. A day is 24 hours; months and years, whose length depends on the calendar, are no
 * durations here.
 */
export function parseDuration(text: string): number | undefined {
  const short = SHORT_FORM.exec(text);
  const [weeksAndDays, time] = [short?.slice(1, 3), short?.slice(3)].map((parts) =>
    parts?.join("").toUpperCase(),
  );
  const iso = short ? `P${weeksAndDays}${time && `T${time}`}` : text;
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

/** The duration in the short form, in whole seconds: "20d", "4d16h". */
export function durationText(milliseconds: number): string {
  const { days, hours, minutes, seconds } = Temporal.Duration.from({
    seconds: Math.floor(milliseconds / 1000),
  }).round({ largestUnit: "days" });
  const parts = Object.entries({ d: days, h: hours, m: minutes, s: seconds });
  const text = parts.flatMap(([unit, count]) => (count > 0 ? [`${count}${unit}`] : [])).join("");
  return text === "" ? "0s" : text;
}
