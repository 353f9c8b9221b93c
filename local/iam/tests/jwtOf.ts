import { createPrivateKey, type KeyObject } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import type { ServiceAccountKeyFile } from "../index.ts";

export const audience = "https://iam.api.cloud.yandex.net/iam/v1/tokens";
export const hour = 3600;

export interface JwtChanges {
  readonly claims?: JWTPayload;
  readonly header?: { readonly alg?: string; readonly kid?: string };
  readonly signWith?: KeyObject;
}

export function privateKeyOf({ private_key }: ServiceAccountKeyFile): KeyObject {
  return createPrivateKey(private_key.slice(private_key.indexOf("-----BEGIN")));
}

/** A JWT as the documentation describes it, changed in this way. */
export function jwtOf(
  file: ServiceAccountKeyFile,
  now: Date,
  { claims, header, signWith }: JwtChanges = {},
): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  return new SignJWT({ iss: file.service_account_id, aud: audience, iat, exp: iat + hour, ...claims })
    .setProtectedHeader({ alg: "PS256", kid: file.id, ...header })
    .sign(signWith ?? privateKeyOf(file));
}
