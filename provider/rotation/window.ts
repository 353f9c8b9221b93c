import { Temporal } from "temporal-polyfill";

/** The days of a week, in the order of ISO 8601. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** When keys may be rotated, by the clock on the wall of a time zone. */
export interface RotationWindow {
  /** Default: every day. A window that spans midnight belongs to the day on which it begins. */
  readonly days?: readonly (typeof WEEKDAYS)[number][] | undefined;
  /** "22:00-04:00"; default: the whole day. The end is not part of it. */
  readonly hours?: string | undefined;
  /** An IANA name: "Europe/Berlin". */
  readonly timeZone: string;
  /** A key overdue by more than this no longer waits for the window. Default: it waits however long. */
  readonly maxDelay?: string | undefined;
}

const MINUTES_A_DAY = 24 * 60;
const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/** The first and the last minute (not part of it) of "22:00-04:00", or undefined where it is no such text. */
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
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(window.timeZone);
  const { from, to } = parseHours(window.hours ?? "00:00-24:00") ?? { from: 0, to: MINUTES_A_DAY };
  const minute = local.hour * 60 + local.minute;
  const spansMidnight = from > to;
  const inHours = spansMidnight ? minute >= from || minute < to : minute >= from && minute < to;
  const beganYesterday = spansMidnight && minute < to;
  const day = beganYesterday ? local.subtract({ days: 1 }).dayOfWeek : local.dayOfWeek;
  const weekday = WEEKDAYS[day - 1];
  return inHours && (!window.days || (weekday !== undefined && window.days.includes(weekday)));
}
