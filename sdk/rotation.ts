import type * as pulumi from "@pulumi/pulumi";
import type { WithoutSink } from "./sinks.ts";

/** When a key is rotated by its age. */
export interface RotationPolicy {
  /**
   * The age at which a key is due, counted from when it was made: "90d", "12h", or in ISO 8601 "P90D". The
   * first run at or after that moment rotates; the program does not change, and no clock is in its inputs.
   */
  readonly every: pulumi.Input<string>;
  /**
   * How long before it reaches that age a key is due already: "7d", shorter than `every`. As long as `overlap` (on AWS:
   * and `retire.grace`) and the time between a few runs together, it has each key deleted before it is as old as
   * `every`. Default: "0s".
   */
  readonly lead?: pulumi.Input<string> | undefined;
  /**
   * Up to how much earlier still: "12h". Each resource has its own part of it, drawn from its project, stack and name and
   * the same in each run, so that keys which were made together are not all due in one run. Default: "0s".
   */
  readonly jitter?: pulumi.Input<string> | undefined;
  /** When a key that is due may be rotated. Default: at any time. */
  readonly window?: pulumi.Input<RotationWindow> | undefined;
  /** `true`: never by age; a run says since when the key is overdue. Keepers still rotate. Default: `false`. */
  readonly paused?: pulumi.Input<boolean> | undefined;
}

/** Days and hours, by the clock on the wall of a time zone, daylight saving time included. */
export interface RotationWindow {
  /** Default: every day. A window that spans midnight belongs to the day on which it begins. */
  readonly days?:
    | pulumi.Input<pulumi.Input<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">[]>
    | undefined;
  /** "22:00-04:00"; the end is not part of it. Default: the whole day. */
  readonly hours?: pulumi.Input<string> | undefined;
  /** An IANA name: "Europe/Berlin". */
  readonly timeZone: pulumi.Input<string>;
  /** A key older than `every` by more than this is rotated outside the window too. Default: it waits however long. */
  readonly maxDelay?: pulumi.Input<string> | undefined;
}

/** The arguments that every resource of this package takes. */
export interface CredentialArgs extends WithoutSink {
  /** Any values: when one changes, there is a new key. Strings alone, as in `@pulumi/random`. */
  readonly keepers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** When the key is rotated by its age. Default: never. */
  readonly rotate?: pulumi.Input<RotationPolicy> | undefined;
}

/** How a new key is tried, beside `true` and `false`. */
export interface TrialArgs {
  /** How long it may take until the key is known: a duration. Default: "60s". */
  readonly timeout?: pulumi.Input<string> | undefined;
  /**
   * How often in a row the key must work, 1 to 20, half a second apart. Default: 3 on AWS, whose IAM is
   * eventually consistent; on Yandex Cloud 1, and 3 once the key was refused.
   */
  readonly successes?: pulumi.Input<number> | undefined;
}

/** How a new key is tried. */
export interface VerifyArgs<Trial extends TrialArgs = TrialArgs> {
  /**
   * A new key is used before anybody gets it, and deleted again if it does not work; the key before it is then
   * untouched (VERIFICATION_FAILED). `false` gives it out untried. Default: `true`.
   */
  readonly verify?: pulumi.Input<boolean | Trial> | undefined;
}

/** The arguments of the resources that hold two keys, one after the other. */
export interface OverlapArgs {
  /**
   * How long the previous key stays valid after a rotation: a duration, shorter than `rotate.every` less
   * `rotate.lead` and `rotate.jitter` (on AWS: together with `retire.grace`). "0s": it is deleted in the run that rotates, which cuts off whatever
   * still uses it. Default: "24h".
   */
  readonly overlap?: pulumi.Input<string> | undefined;
  /** How the previous key goes when the overlap is over. `"undo"` brings an inactive one back and keeps it. */
  readonly retire?: pulumi.Input<"undo" | RetirementPolicy> | undefined;
}

/** How a previous key goes. */
export interface RetirementPolicy {
  /**
   * AWS alone: how long the key is inactive, so that it can be brought back, before a later run deletes it.
   * Default: "24h".
   */
  readonly grace?: pulumi.Input<string> | undefined;
  /** A key that was used within this time stays, and a warning says when and by what. Default: use is not looked at. */
  readonly unlessUsedWithin?: pulumi.Input<string> | undefined;
  /**
   * `true`: it stays until the current key was used, other than by its trial, as the API tells that. With it,
   * `overlap` may be short, as no key goes before its consumers have the next one; `unlessUsedWithin` is then at least
   * "4h", because an API tells of a use late. While nobody uses the current key, there is no rotation by age either.
   * Default: `false`.
   */
  readonly onceCurrentUsed?: pulumi.Input<boolean> | undefined;
}
