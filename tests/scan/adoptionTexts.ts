import type { Language } from "../../cli/languages.ts";
import { adoptionText } from "../../cli/scan/adoption.ts";
import type { FoundKey } from "../../cli/scan/foundKey.ts";

/** What each language writes in its own way, or must not take for something of its own. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is to stay as it is
const DESCRIPTION = 'of "the shop" \\ ${x} {y} %s \u001b \u0085 \u202e \u{1f600} \ud83d é';
/** The same, as far as a file of text can hold it. */
export const WRITTEN = DESCRIPTION.replace("\ud83d ", "\ufffd ");

const KINDS = ["aws:AccessKey", "yandex:ApiKey", "yandex:ServiceAccountKey", "yandex:StaticAccessKey"];

function keyOf(type: string, number: number, description: string): FoundKey {
  const isAws = type.startsWith("aws:");
  const facts = { keyAlgorithm: "RSA_4096", expiresAt: "2027-01-01T00:00:00Z" };
  const id = `key${number}`;
  return {
    id,
    type,
    account: { cloud: isAws ? "aws" : "yandex", id: "mailer", name: undefined, isNamed: true },
    description: isAws ? "" : description,
    owner: undefined,
    status: undefined,
    createdAt: undefined,
    use: { known: false },
    isOneOfTwo: isAws,
    ...(isAws ? {} : { listed: { id, description, ...(description ? facts : {}) } }),
  };
}

/** Programs that adopt keys of every choice of kinds, two of each: one with all that a list may say, and one with nothing. */
export function adoptionTexts(language: Language): string[] {
  const choices = Array.from({ length: 2 ** KINDS.length - 1 }, (_, index) =>
    KINDS.filter((_, kind) => ((index + 1) >> kind) & 1),
  );
  return choices.map((types) => {
    const keys = types.flatMap((type, index) => [
      keyOf(type, 2 * index, DESCRIPTION),
      keyOf(type, 2 * index + 1, ""),
    ]);
    const held = { ...keyOf("yandex:ApiKey", 99, ""), owner: "shop/prod/uploads" };
    return `${adoptionText([held, ...keys], [], language)}\n`;
  });
}
