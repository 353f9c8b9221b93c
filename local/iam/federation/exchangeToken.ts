import { errors } from "jose";
import * as z from "zod";
import type { State, Subject } from "../state.ts";
import type { Issuer } from "./issuer.ts";
import { OAuthError } from "./oauthError.ts";

const tokenTtlSeconds = 12 * 60 * 60;
const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

const exchangeRequest = z.object({
  requested_token_type: z.literal("urn:ietf:params:oauth:token-type:access_token"),
  audience: z.string().min(1),
  subject_token: z.string().min(1),
  subject_token_type: z.literal("urn:ietf:params:oauth:token-type:id_token"),
});

/** Exchanges an OIDC token for an IAM token of the service account that it is federated with (RFC 8693). */
export async function exchangeToken(state: State, issuer: Issuer, form: URLSearchParams): Promise<object> {
  if (form.get("grant_type") !== tokenExchange) {
    throw new OAuthError("unsupported_grant_type", `grant_type has to be ${tokenExchange}`);
  }
  const request = exchangeRequest.safeParse(Object.fromEntries(form));
  if (!request.success) {
    const wrong = request.error.issues.map(({ path }) => path.join("."));
    throw new OAuthError("invalid_request", `Missing or not supported: ${wrong.join(", ")}`);
  }
  const { audience, subject_token } = request.data;
  const subject = await federatedSubject(state, issuer, subject_token, audience);
  const { text } = state.addIamToken(subject, tokenTtlSeconds * 1000);
  return { access_token: text, token_type: "Bearer", expires_in: tokenTtlSeconds };
}

async function federatedSubject(
  state: State,
  issuer: Issuer,
  token: string,
  serviceAccountId: string,
): Promise<Subject> {
  const { iss, sub, aud } = await verified(issuer, token);
  const trusted = state.federatedCredentials.filter(
    (credential) =>
      credential.issuer === iss && credential.subject === sub && [aud].flat().includes(credential.audience),
  );
  if (trusted.length === 0) {
    throw new OAuthError(
      "invalid_request",
      "subject_token: no federated credential has its issuer, audience and subject",
    );
  }
  const federated = trusted.some((credential) => credential.serviceAccountId === serviceAccountId);
  if (!federated || !state.serviceAccounts.has(serviceAccountId)) {
    throw new OAuthError("invalid_target", "audience: no service account that the subject is federated with");
  }
  return { kind: "serviceAccount", id: serviceAccountId };
}

async function verified(issuer: Issuer, token: string) {
  try {
    return await issuer.verify(token);
  } catch (error) {
    if (error instanceof errors.JOSEError)
      throw new OAuthError("invalid_request", `subject_token: ${error.message}`);
    throw error;
  }
}
