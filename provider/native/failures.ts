import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import anys from "google-protobuf/google/protobuf/any_pb.js";
import { messageOf, PartialFailure } from "../errors.ts";
import { toWire } from "./wire.ts";
import type { Wording } from "./wording.ts";

/** A failed call, as the engine understands it. */
export type Failure = Pick<ServiceError, "code" | "details"> & { readonly metadata?: Metadata };

/**
 * The failure of a call. A resource that was made, and is not as it should be, comes with it: the engine keeps it in the
 * state.
 */
export function failureOf(error: unknown, wording: Wording, secrets: ReadonlySet<string>): Failure {
  const details = wording(messageOf(error));
  if (!(error instanceof PartialFailure)) return { code: status.UNKNOWN, details };
  const failed = new messages.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(toWire(error.properties, secrets));
  failed.setReasonsList(error.reasons.map(wording));
  const detail = new anys.Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new statuses.Status();
  whole.setCode(status.UNKNOWN);
  whole.setMessage(details);
  whole.addDetails(detail);
  const metadata = new Metadata();
  // Where gRPC keeps structured details of an error.
  metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}
