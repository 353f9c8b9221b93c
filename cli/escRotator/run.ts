import { SystemPorts } from "../../provider/ports.ts";
import { redact } from "../../provider/redact.ts";
import { EXIT, type ExitCode } from "../exitCodes.ts";
import { type GivenOptions, readOptions } from "./options.ts";
import { startServer } from "./server.ts";

/** Runs the rotator until it is told to stop; resolves to its exit code when the last rotation is answered. */
export async function run(given: GivenOptions): Promise<ExitCode> {
  const options = readOptions(given, process.env);
  // It has no stack: the caller's settings are those of the environment.
  const ports = new SystemPorts(() => undefined);
  const log = (line: string) => console.error(`${new Date().toISOString()} ${redact(line)}`);
  const server = await startServer(options, ports, log);
  const scheme = options.readTls ? "https" : "http, for a proxy that terminates TLS,";
  log(`rotates for ${options.url}; listens by ${scheme} on ${options.host} port ${server.port}`);
  process.on("SIGHUP", () => {
    if (!options.readTls) return;
    try {
      server.reloadTls();
      log("the certificate was read anew");
    } catch (error) {
      log(`the certificate stays as it is: ${error instanceof Error ? error.message : error}`);
    }
  });
  const signal = await new Promise<string>((resolve) => {
    for (const each of ["SIGTERM", "SIGINT"]) process.once(each, resolve);
  });
  log(`stops at ${signal} when its rotations are done`);
  await server.close();
  log("stopped");
  return EXIT.fine;
}
