import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** Key sizes which Yandex Cloud IAM offers for authorized keys. */
export type KeyAlgorithm = "RSA_2048" | "RSA_4096";

/** Makes a new RSA key pair: public half as SPKI PEM, private half as PKCS#8 PEM. */
export async function generateRsaKeyPair(
  algorithm: KeyAlgorithm,
): Promise<{ publicKey: string; privateKey: string }> {
  return await generate("rsa", {
    modulusLength: algorithm === "RSA_2048" ? 2048 : 4096,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
