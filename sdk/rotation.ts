import type * as pulumi from "@pulumi/pulumi";
import type { WithoutSink } from "./sinks.ts";

/** When a key is rotated by its age. */
export interface RotationPolicy {
  /**
   * The age at which a key is due, counted from when it was made: "90d", "12h", or in ISO 8601 "P90D". The
   * first run at or after that time rotates the key. The program does not change, and its inputs contain no
   * clock.
   */
  readonly every: pulumi.Input<string>;
  /**
   * How long before that age a key is already due: "7d", shorter than `every`. Make it as long as `overlap`
   * (on AWS: and `retire.grace`) and a few runs together. Then each key is deleted before it is as old as
   * `every`. Default: "0s".
   */
  readonly lead?: pulumi.Input<string> | undefined;
  /**
   * The most that a key may be due even earlier: "12h". Each resource gets its own part of that time, derived
   * from its project, stack and name and the same in each run. So keys that were made together are not all
   * due in one run. Default: "0s".
   */
  readonly jitter?: pulumi.Input<string> | undefined;
  /** When a key that is due may be rotated. Default: at any time. */
  readonly window?: pulumi.Input<RotationWindow> | undefined;
  /**
   * `true`: the key is never rotated by age, and each run says since when it has been overdue. A change of
   * keepers still rotates it. Default: `false`.
   */
  readonly paused?: pulumi.Input<boolean> | undefined;
  /**
   * The name of a group, 1 to 64 characters: one run of `iam-keys rotate` rotates at most one key of a group by
   * age, so never both keys of a pair. `pulumi up` takes no account of it. Default: no group.
   */
  readonly group?: pulumi.Input<string> | undefined;
}

/** Days and hours in the local time of a time zone, including daylight saving time. */
export interface RotationWindow {
  /**
   * The days on which the window begins. A window that spans midnight belongs to the day on which it begins.
   * Default: every day.
   */
  readonly days?:
    | pulumi.Input<pulumi.Input<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun">[]>
    | undefined;
  /** A time range, such as "22:00-04:00". The end is exclusive. Default: the whole day. */
  readonly hours?: pulumi.Input<string> | undefined;
  /** An IANA time zone, such as "Europe/Berlin". */
  readonly timeZone: pulumi.Input<string>;
  /**
   * How long a due key may wait for the window. A key that is older than `every` by more than this is rotated
   * outside the window, too. Default: no limit.
   */
  readonly maxDelay?: pulumi.Input<string> | undefined;
}

/** The arguments that every resource of this package takes. */
export interface CredentialArgs extends WithoutSink {
  /** Any strings, as in `@pulumi/random`. When one changes, the run makes a new key. */
  readonly keepers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** When to rotate the key by its age. Default: never. */
  readonly rotate?: pulumi.Input<RotationPolicy> | undefined;
}

/** How a new key is tried, beside `true` and `false`. */
export interface TrialArgs {
  /** How long to wait until the new key works: a duration. Default: "60s". */
  readonly timeout?: pulumi.Input<string> | undefined;
  /**
   * How often in a row the key must work, 1 to 20 times, half a second apart. Default: on AWS, whose IAM is
   * eventually consistent, 3 times. On Yandex Cloud it is once, or 3 times if the key was refused before.
   */
  readonly successes?: pulumi.Input<number> | undefined;
}

/** How a new key is tried. */
export interface VerifyArgs<Trial extends TrialArgs = TrialArgs> {
  /**
   * Whether the provider uses a new key before anybody gets it. If the key does not work, the provider
   * deletes it again and does not touch the key before it (VERIFICATION_FAILED). `false` hands out the key
   * untried. Default: `true`.
   */
  readonly verify?: pulumi.Input<boolean | Trial> | undefined;
}

/** The arguments of the resources that hold two keys, one after the other. */
export interface OverlapArgs {
  /**
   * How long the previous key keeps working after a rotation: a duration, shorter than `rotate.every` minus
   * `rotate.lead` and `rotate.jitter` (on AWS: together with `retire.grace`). "0s": the run that rotates
   * deletes the previous key, which cuts off whatever still uses it. Default: "24h".
   */
  readonly overlap?: pulumi.Input<string> | undefined;
  /**
   * How the previous key is retired when the overlap is over. `"undo"` brings an inactive key back and keeps
   * it.
   */
  readonly retire?: pulumi.Input<"undo" | RetirementPolicy> | undefined;
}

/** How a previous key is retired. */
export interface RetirementPolicy {
  /**
   * Only on AWS: how long the previous key is inactive before a later run deletes it. You can bring it back
   * during that time. Default: "24h".
   */
  readonly grace?: pulumi.Input<string> | undefined;
  /**
   * A previous key that was used within this time stays, and a warning says when and by what it was used.
   * Default: use does not matter.
   */
  readonly unlessUsedWithin?: pulumi.Input<string> | undefined;
  /**
   * `true`: the previous key stays until the API reports that the current key was used, other than by its
   * trial. You can then choose a short `overlap`, because no key goes before its consumers have the next one.
   * `unlessUsedWithin` must then be at least "4h", because an API reports a use late. While nobody uses the
   * current key, it is not rotated by age either. Default: `false`.
   */
  readonly onceCurrentUsed?: pulumi.Input<boolean> | undefined;
}
