import type { ReceivedRequest } from "../exchange.ts";
import { readSignatureClaim, SignatureError, type SignatureProblem, verifySignature } from "../sigV4.ts";
import type { State } from "../state.ts";
import { AwsError } from "./awsError.ts";
import type { AwsCall } from "./call.ts";

const refusals: Readonly<Record<SignatureProblem, readonly [status: number, code: string]>> = {
  missing: [403, "MissingAuthenticationToken"],
  malformed: [400, "IncompleteSignature"],
  unknownKey: [403, "InvalidClientTokenId"],
  stale: [403, "SignatureDoesNotMatch"],
  unsignedHeader: [403, "SignatureDoesNotMatch"],
  wrongBodyHash: [403, "SignatureDoesNotMatch"],
  mismatch: [403, "SignatureDoesNotMatch"],
};

/** The user who signed the request for this service. A key that is unknown, inactive or not yet propagated is refused. */
export async function authenticate(
  state: State,
  request: ReceivedRequest,
  service: string,
): Promise<AwsCall["signer"]> {
  try {
    return await verifiedSigner(state, request, service);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    const [status, code] = refusals[error.problem];
    throw new AwsError(status, code, error.message);
  }
}

async function verifiedSigner(state: State, request: ReceivedRequest, service: string) {
  const claim = readSignatureClaim(request);
  const key = state.awsAccessKeys.get(claim.accessKeyId);
  if (key?.status !== "Active" || !state.knowsAtThisUse(key)) {
    throw new SignatureError("unknownKey", "The security token included in the request is invalid.");
  }
  await verifySignature(request, claim, key.secret, state.now());
  if (claim.service !== service) {
    throw new SignatureError("mismatch", `Credential should be scoped to correct service: '${service}'.`);
  }
  state.noteUse(key, { service, region: claim.region });
  return { userName: key.user.name, accessKeyId: key.id };
}
