import { SystemPorts } from "../../provider/ports.ts";
import type { ExitCode } from "../exitCodes.ts";
import { runServer } from "../http/runServer.ts";
import { type GivenOptions, readOptions } from "./options.ts";
import { startServer } from "./server.ts";

/** Runs the rotator until it is told to stop; resolves to its exit code when the last rotation is answered. */
export async function run(given: GivenOptions): Promise<ExitCode> {
  const options = readOptions(given, process.env);
  // It has no stack: the caller's settings are those of the environment.
  const ports = new SystemPorts(() => undefined);
  return runServer(`rotates for ${options.url}`, options, (log) => startServer(options, ports, log));
}
