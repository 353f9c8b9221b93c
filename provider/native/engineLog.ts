import { credentials } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

const SEVERITIES = { info: messages.LogSeverity.INFO, warning: messages.LogSeverity.WARNING };

/** Sends messages to the person who reads the run. */
export class EngineLog {
  readonly #engine: InstanceType<typeof engineServices.EngineClient>;

  /** @param address where the engine listens */
  constructor(address: string) {
    this.#engine = new engineServices.EngineClient(address, credentials.createInsecure());
  }

  /** Resolves when the message has arrived. If the engine does not take it, it goes to standard error. */
  log(severity: keyof typeof SEVERITIES, message: string, urn: string): Promise<void> {
    const request = new messages.LogRequest();
    request.setSeverity(SEVERITIES[severity]);
    request.setMessage(message);
    request.setUrn(urn);
    return new Promise((resolve) => {
      this.#engine.log(request, (error) => {
        if (error) console.error(`${severity === "warning" ? "warning: " : ""}${message}`);
        resolve();
      });
    });
  }
}
