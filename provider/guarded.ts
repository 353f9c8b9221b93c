import { IamKeysError, PartialFailure } from "./errors.ts";
import { redact } from "./redact.ts";

/** Lets no error out that might hold a credential: what leaves a front door goes to the user as it is. */
export async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw presentable(error);
  }
}

function presentable(error: unknown): Error {
  if (error instanceof IamKeysError || error instanceof PartialFailure) {
    // The process prints the stack behind the message, which tells a user nothing more.
    error.stack = "";
    return error;
  }
  const unexpected = new Error(redact(`pulumi-iam-keys failed in an unexpected way: ${error}`));
  unexpected.stack = redact(error instanceof Error ? (error.stack ?? "") : "");
  return unexpected;
}
