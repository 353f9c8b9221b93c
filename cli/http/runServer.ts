import { redact } from "../../provider/redact.ts";
import { EXIT, type ExitCode } from "../exitCodes.ts";
import type { Place } from "./place.ts";
import type { OpenServer } from "./server.ts";

type Log = (line: string) => void;

/**
 * Runs a server until it is told to stop; resolves to the exit code of its command when its last request is answered.
 *
 * @param what it does, for the log
 */
export async function runServer(
  what: string,
  { host, readTls }: Place,
  open: (log: Log) => Promise<OpenServer>,
): Promise<ExitCode> {
  const log: Log = (line) => console.error(`${new Date().toISOString()} ${redact(line)}`);
  const server = await open(log);
  const scheme = readTls ? "https" : "http, for a proxy that terminates TLS,";
  log(`${what}; listens by ${scheme} on ${host} port ${server.port}`);
  process.on("SIGHUP", () => {
    if (!readTls) return;
    try {
      server.reloadTls();
      log("the certificate was read again");
    } catch (error) {
      log(`the certificate stays as it is: ${error instanceof Error ? error.message : error}`);
    }
  });
  const signal = await new Promise<string>((resolve) => {
    for (const each of ["SIGTERM", "SIGINT"]) process.once(each, resolve);
  });
  log(`stops at ${signal} when what is under way is done`);
  await server.close();
  log("stopped");
  return EXIT.fine;
}
