import { createPrivateKey, type KeyObject } from "node:crypto";

const PEM = /-----BEGIN (RSA )?PRIVATE KEY-----([\s\S]+?)-----END (?:RSA )?PRIVATE KEY-----/;

/**
 * The key of a PEM, in PKCS#8 or PKCS#1; undefined if it is none. Yandex Cloud puts a line before the PEM, and CI
 * systems make its line breaks into `\n`, into spaces or into nothing.
 */
export function privateKeyOf(pem: string): KeyObject | undefined {
  const [, isPkcs1, body = ""] = PEM.exec(pem) ?? [];
  const key = Buffer.from(body.replace(/\\[nr]|\s/g, ""), "base64");
  try {
    const read = createPrivateKey({ key, format: "der", type: isPkcs1 ? "pkcs1" : "pkcs8" });
    return read.asymmetricKeyType === "rsa" ? read : undefined;
  } catch {
    return undefined;
  }
}
