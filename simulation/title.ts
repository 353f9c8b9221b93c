import type { Options } from "./options.ts";
import { counted, durationText } from "./words.ts";

/** What is simulated, in two lines. */
export interface Title {
  readonly policy: string;
  readonly setup: string;
}

export function titleOf({ kind, policy, pipeline, consumerDelay }: Options): Title {
  const { rotate, overlap, retire } = policy;
  const { lasts, runEvery, consumers, seed } = pipeline;
  const window = rotate.window && [
    rotate.window.days?.join(","),
    rotate.window.hours,
    rotate.window.timeZone,
    rotate.window.maxDelay && `or after ${rotate.window.maxDelay}`,
  ];
  const parts = [
    `every ${rotate.every}`,
    rotate.jitter && `jitter ${rotate.jitter}`,
    rotate.lead && `lead ${rotate.lead}`,
    window && `in the window ${window.filter(Boolean).join(" ")}`,
    `overlap ${overlap}`,
    policy.expiryMargin && `expiry margin ${policy.expiryMargin}`,
    kind.deactivate && `grace ${retire.grace}`,
    retire.onceCurrentUsed && "once the current one is used",
    retire.unlessUsedWithin && `unless used within ${retire.unlessUsedWithin}`,
  ];
  return {
    policy: `${kind.type}: ${parts.filter(Boolean).join(", ")}`,
    setup: `${durationText(lasts)}, a run every ${durationText(runEvery)}, ${counted(consumers, "consumer")} with a delay of up to ${durationText(consumerDelay)}, seed ${seed}`,
  };
}
