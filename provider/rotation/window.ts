import { Temporal } from "temporal-polyfill";

/** The days of a week, in the order of ISO 8601. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** When keys may be rotated, in the local time of a time zone. */
export interface RotationWindow {
  /** Default: every day. A window that spans midnight belongs to the day on which it begins. */
  readonly days?: readonly (typeof WEEKDAYS)[number][] | undefined;
  /** "22:00-04:00"; default: the whole day. The end is not part of it. */
  readonly hours?: string | undefined;
  /** An IANA name: "Europe/Berlin". */
  readonly timeZone: string;
  /** A key older than `every` by more than this no longer waits for the window. Default: it waits however long. */
  readonly maxDelay?: string | undefined;
}

const MINUTES_A_DAY = 24 * 60;
const DAYS_A_WEEK = 7;
const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/** The first and the last minute (not part of it) of "22:00-04:00", or undefined if it is no such text. */
export function parseHours(text: string): { from: number; to: number } | undefined {
  const [, fromHour, fromMinute, toHour, toMinute] = HOURS.exec(text)?.map(Number) ?? [];
  if (fromHour === undefined || fromMinute === undefined || toHour === undefined || toMinute === undefined) {
    return undefined;
  }
  const hours = { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
  return hours.to > MINUTES_A_DAY || hours.from === hours.to ? undefined : hours;
}

/** Whether the time zone has a name that is known. */
export function isTimeZone(name: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name) !== undefined;
  } catch {
    return false;
  }
}

/** Whether the moment lies in the window. */
export function isInWindow(window: RotationWindow, now: number): boolean {
  const local = localTime(window, now);
  const { from, to } = hoursOf(window);
  const minute = local.hour * 60 + local.minute;
  const spansMidnight = from > to;
  const inHours = spansMidnight ? minute >= from || minute < to : minute >= from && minute < to;
  const beganYesterday = spansMidnight && minute < to;
  const day = beganYesterday ? local.subtract({ days: 1 }).dayOfWeek : local.dayOfWeek;
  const weekday = WEEKDAYS[day - 1];
  return inHours && (!window.days || (weekday !== undefined && window.days.includes(weekday)));
}

/** When a window opens that is closed at the moment; undefined if that is not within a week. */
export function nextOpening(window: RotationWindow, now: number): number | undefined {
  const local = localTime(window, now);
  const { from } = hoursOf(window);
  const time = { hour: Math.floor(from / 60), minute: from % 60, second: 0, millisecond: 0 };
  const days = Array.from({ length: DAYS_A_WEEK + 2 }, (_, days) => local.add({ days }));
  // When the clocks change, an hour occurs twice, or a window begins in an hour that does not occur.
  const beginnings = days.flatMap((day) =>
    (["earlier", "later"] as const).map((disambiguation) =>
      day.with(time, { disambiguation, offset: "ignore" }),
    ),
  );
  const moments = [...beginnings, local.getTimeZoneTransition("next")]
    .flatMap((moment) => moment?.epochMilliseconds ?? [])
    .filter((moment) => moment > now && isInWindow(window, moment));
  return moments.length > 0 ? Math.min(...moments) : undefined;
}

function localTime({ timeZone }: RotationWindow, now: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
}

function hoursOf({ hours = "00:00-24:00" }: RotationWindow): { from: number; to: number } {
  return parseHours(hours) ?? { from: 0, to: MINUTES_A_DAY };
}
