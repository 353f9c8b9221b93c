import { version } from "@pulumi/pulumi/version.js";
import { expectWords, type Invocation } from "./commandContext.ts";

/** `version`: that of the CLI whose words the engine takes, which is the SDK's. */
export async function versionCommand({ flags, words, print }: Invocation): Promise<void> {
  flags.allowOnly([]);
  expectWords(words, 0, 0);
  print(`v${version}`);
}
