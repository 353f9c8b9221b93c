import messages from "@pulumi/pulumi/proto/provider_pb.js";

/**
 * A reason why something is refused. It names the property itself: the engine would print the value of one that is
 * named beside it, even of a secret.
 */
export function checkFailure(reason: string) {
  const failure = new messages.CheckFailure();
  failure.setReason(reason);
  return failure;
}
