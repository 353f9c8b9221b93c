import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** The host that the certificate is for; no name server knows it. */
export const TLS_HOST = "iam.example.test";

/** Whether a certificate can be made here. */
export function canMakeCertificates(): boolean {
  return spawnSync("openssl", ["version"]).status === 0;
}

export interface Certificate extends AsyncDisposable {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** A self-signed certificate, for `TLS_HOST` and localhost, in a folder that goes with it. */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-tls-"));
  const keyFile = path.join(folder, "key.pem");
  const certificateFile = path.join(folder, "certificate.pem");
  const names = `subjectAltName=DNS:${TLS_HOST},DNS:localhost`;
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${TLS_HOST}`],
    ...["-addext", names, "-keyout", keyFile, "-out", certificateFile],
  ]);
  if (made.status !== 0) throw new Error(`openssl failed: ${made.stderr}`);
  return {
    keyFile,
    certificateFile,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
