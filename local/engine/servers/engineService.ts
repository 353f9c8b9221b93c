import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest, SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { RunEvents, Severity } from "../deployment/runEvents.ts";
import type { GrpcServer } from "./grpcServer.ts";
import { answer, refuseTheRest } from "./handlers.ts";

const severities: readonly Severity[] = ["debug", "info", "warning", "error"];

/** Serves what programs and providers call to report to the user. */
export function addEngineService(server: GrpcServer, events: RunEvents): void {
  let root = "";
  const log = answer((request: LogRequest) => {
    const severity = severities[request.getSeverity()] ?? "info";
    // Status lines replace each other on a terminal; in a log they are noise.
    if (!request.getEphemeral()) events.message(severity, request.getUrn(), request.getMessage());
    return new empties.Empty();
  });
  const setRootResource = answer((request: SetRootResourceRequest) => {
    root = request.getUrn();
    return new messages.SetRootResourceResponse();
  });
  const getRootResource = answer(() => {
    const reply = new messages.GetRootResourceResponse();
    reply.setUrn(root);
    return reply;
  });
  server.server.addService(
    engineServices.EngineService,
    refuseTheRest(engineServices.EngineService, { log, setRootResource, getRootResource }),
  );
}
