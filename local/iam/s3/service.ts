import { randomUUID } from "node:crypto";
import { type ReceivedRequest, type Reply, type Service, xmlReply } from "../exchange.ts";
import { readSignatureClaim, SignatureError, type SignatureProblem, verifySignature } from "../sigV4.ts";
import type { EphemeralAccessKey, State } from "../state.ts";
import { element, textElement } from "../xml.ts";

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

const refusals: Readonly<Record<SignatureProblem, readonly [status: number, code: string]>> = {
  missing: [403, "AccessDenied"],
  malformed: [400, "AuthorizationHeaderMalformed"],
  unknownKey: [403, "InvalidAccessKeyId"],
  stale: [403, "RequestTimeTooSkewed"],
  unsignedHeader: [403, "AccessDenied"],
  wrongBodyHash: [400, "XAmzContentSHA256Mismatch"],
  mismatch: [403, "SignatureDoesNotMatch"],
};

const usualCodes: Readonly<Record<number, string>> = {
  403: "AccessDenied",
  429: "SlowDown",
  503: "SlowDown",
};

class S3Refusal extends Error {
  override readonly name = "S3Refusal";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** As much of an S3 endpoint as it takes to see whether a Yandex static or ephemeral access key works. */
export function createS3Service(state: State): Service {
  async function authenticate(request: ReceivedRequest): Promise<void> {
    const claim = readSignatureClaim(request);
    const ephemeral = state.ephemeralAccessKeys.get(claim.accessKeyId);
    const key = ephemeral ?? state.staticAccessKeys.named(claim.accessKeyId);
    if (!key || !state.knowsAtThisUse(key)) {
      throw new SignatureError(
        "unknownKey",
        "The AWS Access Key Id you provided does not exist in our records.",
      );
    }
    if (request.headers["x-amz-content-sha256"] === undefined) {
      throw new SignatureError("wrongBodyHash", "Missing required header: x-amz-content-sha256");
    }
    await verifySignature(request, claim, key.secret, state.now());
    if (ephemeral) requireSession(request, ephemeral);
    state.noteUse(key);
  }

  function requireSession({ headers }: ReceivedRequest, key: EphemeralAccessKey): void {
    if (headers["x-amz-security-token"] !== key.sessionToken) {
      throw new S3Refusal(400, "InvalidToken", "The token is malformed or otherwise invalid.");
    }
    if (!state.isLive(key)) throw new S3Refusal(400, "ExpiredToken", "The token is expired.");
  }

  return {
    operationOf({ method, path }) {
      if (method !== "GET") return "unknown";
      return path === "/" ? "s3:ListBuckets" : "s3:ListObjects";
    },

    async handle(request) {
      try {
        await authenticate(request);
      } catch (error) {
        if (error instanceof S3Refusal) {
          return s3ErrorReply(request, error.status, error.code, error.message);
        }
        if (!(error instanceof SignatureError)) throw error;
        const [status, code] = refusals[error.problem];
        return s3ErrorReply(request, status, code, error.message);
      }
      // No service account has a role on any bucket here, and none is needed to list one's own.
      if (request.method !== "GET" || request.path !== "/") {
        return s3ErrorReply(request, 403, "AccessDenied", "Access Denied");
      }
      return xmlReply(
        200,
        element(`ListAllMyBucketsResult xmlns="${namespace}"`, element("Owner"), element("Buckets")),
      );
    },

    errorReply(request, { status, code = usualCodes[status] ?? "InternalError", message }) {
      return s3ErrorReply(request, status, String(code), message);
    },
  };
}

function s3ErrorReply({ path }: ReceivedRequest, status: number, code: string, message: string): Reply {
  const body = element(
    "Error",
    textElement("Code", code),
    textElement("Message", message),
    textElement("Resource", path),
    textElement("RequestId", randomUUID()),
  );
  return xmlReply(status, body);
}
