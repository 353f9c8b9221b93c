/** The plugin's process: a gRPC server that prints its port, as every Pulumi plugin does. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { EngineLog } from "./engineLog.ts";
import { OpenCalls } from "./openCalls.ts";
import { Plugin } from "./plugin.ts";

/** A state may well exceed the 4 MB which gRPC allows by itself. */
const MOST_BYTES = 400 * 1024 * 1024;

const engineAddress = process.argv[2];
if (engineAddress === undefined) {
  console.error("Pulumi starts this program by itself, with the address of its engine.");
  process.exit(1);
}

const openCalls = new OpenCalls();
const server = new Server({
  "grpc.max_receive_message_length": MOST_BYTES,
  "grpc.max_send_message_length": MOST_BYTES,
});
server.addService(
  providerServices.ResourceProviderService,
  new Plugin(new EngineLog(engineAddress), openCalls).service,
);

/**
 * The engine ends its plugins by a signal, or by its own end. Open calls are finished and answered first. Without open
 * calls, the process ends at once: the engine waits for it, and its connections would delay an ordinary shutdown.
 */
function end(): void {
  if (!openCalls.any) process.exit();
  openCalls.onceNone(() => server.tryShutdown(() => process.exit()));
}

process.on("SIGINT", end);
process.stdin.resume().once("end", end).once("error", end);

server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
