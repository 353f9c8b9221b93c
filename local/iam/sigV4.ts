import { createHash, timingSafeEqual } from "node:crypto";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import type { ReceivedRequest } from "./exchange.ts";

/** Why a signature was not accepted. */
export type SignatureProblem =
  | "missing"
  | "malformed"
  | "unknownKey"
  | "stale"
  | "unsignedHeader"
  | "wrongBodyHash"
  | "mismatch";

/** A request whose signature was not accepted. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
  readonly problem: SignatureProblem;

  constructor(problem: SignatureProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** The parts of an `Authorization: AWS4-HMAC-SHA256 …` header. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** YYYYMMDD */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const freshnessMs = 15 * 60 * 1000;
const claimPattern =
  /^AWS4-HMAC-SHA256 +Credential=(?<accessKeyId>[^/,\s]+)\/(?<date>\d{8})\/(?<region>[^/,\s]+)\/(?<service>[^/,\s]+)\/aws4_request, *SignedHeaders=(?<signedHeaders>[^,\s]+), *Signature=(?<signature>[0-9a-f]{64})$/;

/** Whether the request says it is signed this way. */
export const hasSigV4 = ({ headers }: ReceivedRequest): boolean =>
  headers.authorization?.startsWith("AWS4-HMAC-SHA256") ?? false;

/** Reads what the Authorization header claims; nothing of it is verified yet. */
export function readSignatureClaim({ headers }: ReceivedRequest): SignatureClaim {
  if (headers.authorization === undefined) {
    throw new SignatureError("missing", "Request is missing Authentication Token");
  }
  const groups = claimPattern.exec(headers.authorization)?.groups;
  if (!groups)
    throw new SignatureError("malformed", "Authorization header is not of the form AWS4-HMAC-SHA256");
  const {
    accessKeyId = "",
    date = "",
    region = "",
    service = "",
    signedHeaders = "",
    signature = "",
  } = groups;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(";"), signature };
}

/** Verifies the claim: signs the received request again with the stored secret and compares. */
export async function verifySignature(
  request: ReceivedRequest,
  claim: SignatureClaim,
  secretAccessKey: string,
  now: Date,
): Promise<void> {
  const signingDate = readSigningDate(request, claim, now);
  requireSignedHeaders(request, claim);
  requireBodyHash(request);

  const signer = new SignatureV4({
    credentials: { accessKeyId: claim.accessKeyId, secretAccessKey },
    region: claim.region,
    service: claim.service,
    sha256: Hash.bind(null, "sha256"),
    applyChecksum: false,
    uriEscapePath: claim.service !== "s3",
  });
  const signed = await signer.sign(asSignable(request, claim), {
    signingDate,
    signableHeaders: new Set(claim.signedHeaders),
  });
  const expected = /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? "")?.[1] ?? "";
  if (!timingSafeEqual(Buffer.from(expected.padEnd(64)), Buffer.from(claim.signature))) {
    throw new SignatureError(
      "mismatch",
      "The request signature we calculated does not match the signature you provided.",
    );
  }
}

function readSigningDate({ headers }: ReceivedRequest, { date }: SignatureClaim, now: Date): Date {
  const text = String(headers["x-amz-date"] ?? "");
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const signingDate = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signingDate.getTime()) || !text.startsWith(date)) {
    throw new SignatureError(
      "malformed",
      "x-amz-date is missing, malformed, or not of the day in Credential",
    );
  }
  if (Math.abs(signingDate.getTime() - now.getTime()) > freshnessMs) {
    throw new SignatureError("stale", `Signature expired: ${text} is too far from the time of the server`);
  }
  return signingDate;
}

function requireSignedHeaders({ headers }: ReceivedRequest, { signedHeaders }: SignatureClaim): void {
  const needed = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  const unsigned = needed.filter((name) => !signedHeaders.includes(name));
  const absent = signedHeaders.filter((name) => headers[name] === undefined);
  if (unsigned.length > 0) throw new SignatureError("unsignedHeader", `Not signed: ${unsigned.join(", ")}`);
  if (absent.length > 0) throw new SignatureError("mismatch", `Signed but absent: ${absent.join(", ")}`);
}

function requireBodyHash({ headers, body }: ReceivedRequest): void {
  const claimed = headers["x-amz-content-sha256"];
  const actual = createHash("sha256").update(body).digest("hex");
  if (claimed !== undefined && claimed !== "UNSIGNED-PAYLOAD" && claimed !== actual) {
    throw new SignatureError("wrongBodyHash", "x-amz-content-sha256 is not the hash of the body");
  }
}

function asSignable(
  { method, path, query, headers, body }: ReceivedRequest,
  { signedHeaders }: SignatureClaim,
) {
  const parameters: Record<string, string[]> = {};
  for (const name of query.keys()) parameters[name] = query.getAll(name);
  return {
    method,
    protocol: "http:",
    hostname: headers.host ?? "",
    path,
    query: parameters,
    headers: Object.fromEntries(signedHeaders.map((name) => [name, String(headers[name])])),
    body,
  };
}
