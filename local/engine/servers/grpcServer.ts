import { Server, ServerCredentials } from "@grpc/grpc-js";
import { grpcOptions } from "./grpcOptions.ts";

/** A gRPC server on a free port of this machine. */
export class GrpcServer {
  readonly server = new Server(grpcOptions);

  async listen(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error !== null) reject(error);
        else resolve(bound);
      });
    });
    return `127.0.0.1:${port}`;
  }

  close(): void {
    this.server.forceShutdown();
  }
}
