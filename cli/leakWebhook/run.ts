import type { ExitCode } from "../exitCodes.ts";
import { runServer } from "../http/runServer.ts";
import { type GivenOptions, readOptions } from "./options.ts";
import { startServer } from "./server.ts";

/** Runs the webhook until it is told to stop; resolves to its exit code when the last event is answered. */
export async function run(given: GivenOptions, command: readonly string[]): Promise<ExitCode> {
  const options = readOptions(given, command, process.env);
  return runServer("takes events about leaked keys", options, (log) => startServer(options, log));
}
