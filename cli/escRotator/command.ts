import type { Command } from "../command.ts";

const USAGE = `Usage: iam-keys esc-rotator --url <https address> --allow <environments> [options]

Serves fn::rotate::external of Pulumi ESC, so that environments rotate keys of Yandex Cloud and AWS. docs/esc.md
says how to deploy it, and what an environment asks for. The caller's credentials are read from the environment, as
docs/credentials.md says.

  --url <address>      its https:// address, as the environments have it                     (IAM_KEYS_ESC_URL)
  --allow <rule>       organization/project/environment, with * for any characters of a part; =account[,account]
                       behind it allows the keys of these service accounts or IAM users alone. Several: the option
                       several times, or spaces between them                                  (IAM_KEYS_ESC_ALLOW)
  --tls-cert <file>    its certificate with the chain, PEM; read anew at SIGHUP            (IAM_KEYS_ESC_TLS_CERT)
  --tls-key <file>     the certificate's private key, PEM                                   (IAM_KEYS_ESC_TLS_KEY)
  --plain-http         no TLS, in the place of these two: for a proxy that terminates it (IAM_KEYS_ESC_PLAIN_HTTP)
  --host <address>     where it listens; :: (everywhere), or 127.0.0.1 with --plain-http       (IAM_KEYS_ESC_HOST)
  --port <number>      8443, or 8080 with --plain-http                                         (IAM_KEYS_ESC_PORT)
  --state <folder>     where the used tokens are kept; ~/.local/state/iam-keys/esc-rotator     (IAM_KEYS_ESC_STATE)
  --issuer <address>   of the callers' tokens; https://api.pulumi.com                        (IAM_KEYS_ESC_ISSUER)
  --jwks-url <address> the issuer's keys; <issuer>/oidc/.well-known/jwks                   (IAM_KEYS_ESC_JWKS_URL)`;

export const escRotatorCommand: Command = {
  name: "esc-rotator",
  summary: "rotate keys for Pulumi ESC, as an external rotator over HTTPS",
  usage: USAGE,
  async load() {
    return (await import("./run.ts")).run;
  },
};
