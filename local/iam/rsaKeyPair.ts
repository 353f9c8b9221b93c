import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** Key sizes which Yandex Cloud IAM offers for authorized keys. */
export type KeyAlgorithm = "RSA_2048" | "RSA_4096";

interface RsaKeyPair {
  /** SPKI PEM. */
  readonly publicKey: string;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
}

/** Gives a new RSA key pair each time or, with a pool, so many of each algorithm again and again. */
export function createRsaKeyPairs(pool = 0): (algorithm: KeyAlgorithm) => Promise<RsaKeyPair> {
  const pooled: Record<KeyAlgorithm, Promise<RsaKeyPair>[]> = { RSA_2048: [], RSA_4096: [] };
  let given = 0;
  return (algorithm) => {
    const pairs = pooled[algorithm];
    if (pool === 0) return generateRsaKeyPair(algorithm);
    if (pairs.length < pool) pairs.push(generateRsaKeyPair(algorithm));
    given += 1;
    return pairs[given % pairs.length] ?? generateRsaKeyPair(algorithm);
  };
}

async function generateRsaKeyPair(algorithm: KeyAlgorithm): Promise<RsaKeyPair> {
  return await generate("rsa", {
    modulusLength: algorithm === "RSA_2048" ? 2048 : 4096,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
