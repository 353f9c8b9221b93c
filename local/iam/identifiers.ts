import { randomBytes, randomInt } from "node:crypto";

const lowerBase32 = "0123456789abcdefghijklmnopqrstuv";
const upperBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** An id as Yandex Cloud IAM gives them to accounts, keys and operations: "aje" and 17 of [a-v0-9]. */
export const yandexId = (): string => `aje${randomText(17, lowerBase32)}`;

/** An id as Yandex Lockbox gives them to secrets and versions. */
export const lockboxId = (): string => `e6q${randomText(17, lowerBase32)}`;

/** The public half of a Yandex static access key. */
export const staticAccessKeyId = (): string => `YCAJE${randomText(20, `${base62}_-`)}`;

/** The secret half of a Yandex static access key: "YC" in base64url, then at random, then the CRC32-C of all that. */
export function staticAccessKeySecret(): string {
  const own = Buffer.from(`YC${randomText(33, `${base62}_-`)}`, "base64url").subarray(0, 26);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32c(own));
  return Buffer.concat([own, checksum]).toString("base64url");
}

/** The public part of a Yandex ephemeral access key. */
export const ephemeralAccessKeyId = (): string => randomText(20, base62);

/** The secret part of a Yandex ephemeral access key. */
export const ephemeralAccessKeySecret = (): string => `YC${randomText(41, `${base62}_-`)}`;

/** The session token of a Yandex ephemeral access key. */
export const sessionTokenText = (): string => `s1.${randomBytes(210).toString("base64url")}`;

/** The secret of a Yandex API key. Of the last six characters, which are shown, none is a hyphen. */
export const apiKeySecret = (): string =>
  `AQVN${randomText(30, `${base62}_-`)}${randomText(6, `${base62}_`)}`;

/** The secret of a Yandex OAuth client. */
export const oauthClientSecretText = (): string =>
  `yccs__${randomBytes(32).toString("hex")}_${randomBytes(4).toString("hex")}`;

/** A bearer token as Yandex Cloud IAM writes them. */
export const iamTokenText = (): string => `t1.${randomBytes(96).toString("base64url")}`;

/** The id of an AWS access key of a user. */
export const awsAccessKeyId = (): string => `AKIA${randomText(16, upperBase32)}`;

/** The secret of an AWS access key: 40 characters, some of which need escaping in URLs. */
export const awsSecretAccessKey = (): string => randomText(40, `${base62}+/`);

/** The stable id of an AWS user. */
export const awsUserId = (): string => `AIDA${randomText(17, upperBase32)}`;

/** https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 has examples. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
