import type { ConsumerLife, History, KeyLife, Refusal } from "./history.ts";
import { counted, durationText, momentText } from "./words.ts";

/** A sentence for each consumer that was refused with a key, in the order of time: when, with which one, and why. */
export function refusalSentences({ keys, consumers, refusals }: History): string[] {
  const sentences = keys.flatMap((key) =>
    consumers.flatMap((consumer) => {
      const [first, ...more] = refusals.filter(
        (refusal) => refusal.key === key.number && refusal.consumer === consumer.number,
      );
      return first ? [sentence(key, consumer, first, more)] : [];
    }),
  );
  return sentences.sort();
}

function sentence(
  key: KeyLife,
  { number, delay }: ConsumerLife,
  first: Refusal,
  more: readonly Refusal[],
): string {
  const last = more.at(-1);
  const again = last ? `, and ${counted(more.length, "time")} more until ${momentText(last.at)}` : "";
  return `${momentText(first.at)}: consumer ${number} was refused with key ${key.number}${again}. ${why(key)} Consumer ${number} keeps using a key for ${durationText(delay)} after it is replaced.`;
}

function why({ number, ended, replacedAt }: KeyLife): string {
  if (!ended) return `Key ${number} should have worked!`;
  const after =
    replacedAt === undefined
      ? "when it was replaced"
      : `${durationText(ended.at - replacedAt)} after it was replaced`;
  return `Key ${number} stopped working at ${momentText(ended.at)}, ${after}.`;
}
