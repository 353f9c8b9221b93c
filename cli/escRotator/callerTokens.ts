import { createHash } from "node:crypto";
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from "jose";
import * as z from "zod";
import { createAgents } from "../../provider/api/agents.ts";
import { sendRequest } from "../../provider/api/http.ts";
import type { Ports } from "../../provider/ports.ts";
import { Refusal } from "../http/refusal.ts";
import { environmentOf } from "./environments.ts";
import { UsedTokens } from "./usedTokens.ts";

/** By how much the clocks of the issuer and of this machine may differ. */
const CLOCK_TOLERANCE_S = 30;
/** A token for one request needs no longer life. The rotator remembers until its end that it was used. */
const LONGEST_LIFE_S = 24 * 60 * 60;

/** What Pulumi Cloud says in a token: https://www.pulumi.com/docs/esc/providers/secrets/external/#jwt-authentication */
const claimsSchema = z.object({
  sub: z.string(),
  exp: z.number(),
  iat: z.number(),
  jti: z.string().min(1).max(256),
  body_hash: z.string(),
  org: z.string().optional(),
});

/** What the token of a request says about the request. */
export interface Caller {
  /** "organization/project/environment". */
  readonly environment: string;
  /** The hash of the body that the token is for: "sha256-<base64>". */
  readonly bodyHash: string;
  readonly tokenId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenOptions {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** The address of this rotator, as the environments have it. */
  readonly url: string;
  /** The folder in which it is kept which tokens were used. */
  readonly stateFolder: string;
}

/** Verifies the tokens of requests. Each token is valid for one request with one body. */
export class CallerTokens {
  readonly #options: TokenOptions;
  readonly #ports: Ports;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #used: UsedTokens;

  constructor(options: TokenOptions, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
    this.#used = new UsedTokens(options.stateFolder, this.#now());
    const agents = createAgents(options.jwksUrl, ports.environment);
    // The provider's own client has retries and timeouts, and uses the proxy of the environment.
    const fetchKeys = async (url: string) =>
      Response.json(await sendRequest({ operation: "JWKS", method: "GET", url, agents }));
    this.#keys = createRemoteJWKSet(new URL(options.jwksUrl), { [customFetch]: fetchKeys });
  }

  /** Who calls, by the Authorization header of the request. */
  async verify(authorization: string | undefined): Promise<Caller> {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    if (!token) throw new Refusal(401, "The request has no bearer token in its header Authorization.");
    const { sub, exp, iat, jti, body_hash, org } = await this.#claimsOf(token);
    const environment = environmentOf(sub);
    if (!environment || (org !== undefined && org !== environment.split("/")[0]))
      throw new Refusal(401, "The token's subject is not an environment of Pulumi ESC.");
    if (iat > this.#now() + CLOCK_TOLERANCE_S)
      throw new Refusal(401, "The token was issued in the future: the clocks differ by too much.");
    if (!(exp > iat && exp - iat <= LONGEST_LIFE_S))
      throw new Refusal(401, `The token must expire within ${LONGEST_LIFE_S / 3600} hours after its issue.`);
    if (iat < this.#used.knownSince)
      throw new Refusal(
        401,
        "The token was issued before this rotator was first started, so it may have been used. Rotate once more.",
      );
    return { environment, bodyHash: body_hash, tokenId: jti, expiresAt: exp };
  }

  /** Uses up the token for this body. */
  redeem({ bodyHash, tokenId, expiresAt }: Caller, body: Buffer): void {
    const hash = createHash("sha256").update(body).digest("base64");
    if (bodyHash !== `sha256-${hash}`) throw new Refusal(401, "The token is for another request body.");
    // As long as a token is accepted, its use must be remembered.
    this.#used.use(tokenId, expiresAt, this.#now() - CLOCK_TOLERANCE_S);
  }

  #now(): number {
    return this.#ports.now() / 1000;
  }

  async #claimsOf(token: string): Promise<z.infer<typeof claimsSchema>> {
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        algorithms: ["RS256"],
        issuer: this.#options.issuer,
        audience: this.#options.url,
        requiredClaims: ["iss", "sub", "aud", "exp", "iat", "jti", "body_hash"],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#ports.now()),
      });
      return claimsSchema.parse(payload);
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  #refusal(error: unknown): Refusal {
    if (error instanceof errors.JWTExpired) return new Refusal(401, "The token has expired.");
    if (error instanceof errors.JWTClaimValidationFailed)
      return new Refusal(401, `The token's claim "${error.claim}" is not as it must be (${error.reason}).`);
    if (error instanceof errors.JOSEAlgNotAllowed)
      return new Refusal(401, "The token must be signed with RS256.");
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
      return new Refusal(401, `The token is not signed with a key of ${this.#options.jwksUrl}.`);
    if (
      error instanceof errors.JWKSInvalid ||
      !(error instanceof errors.JOSEError || error instanceof z.ZodError)
    ) {
      const reason = error instanceof Error ? error.message : String(error);
      return new Refusal(503, `The issuer's keys could not be fetched, so nothing was done: ${reason}`);
    }
    return new Refusal(401, "The token is not one of Pulumi Cloud.");
  }
}
