import { Option } from "commander";
import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { FLAGS, type GivenOptions, PLAIN_HTTP } from "./options.ts";

type Flag = keyof typeof FLAGS;

function option(flag: Flag, value: string, description: string): Option {
  return new Option(`--${flag} <${value}>`, `${description} (${FLAGS[flag]})`);
}

export const escRotatorCommand: Command = {
  name: "esc-rotator",
  summary: "rotate keys for Pulumi ESC, as an external rotator over HTTPS",
  description:
    "Serves fn::rotate::external of Pulumi ESC, so that environments rotate keys of Yandex Cloud and AWS. docs/esc.md says how to deploy it, and what an environment asks for. The caller's credentials are read from the environment, as docs/credentials.md says. Each option may stand in the environment, in the variable that is in brackets.",
  options: [
    option("url", "address", "its https:// address, as the environments have it; required"),
    option(
      "allow",
      "rule",
      "who may call: organization/project/environment, with * for any characters of a part; =account[,account] behind it allows the keys of these service accounts or IAM users alone. Several: the option several times, or spaces between them; required",
    ).argParser((rule: string, rules: readonly string[] = []) => [...rules, rule]),
    option("tls-cert", "file", "its certificate with the chain, PEM; read anew at SIGHUP"),
    option("tls-key", "file", "the certificate's private key, PEM"),
    new Option("--plain-http", `no TLS, for a proxy that terminates it (${PLAIN_HTTP})`),
    option("host", "address", "where it listens; everywhere, or 127.0.0.1 with --plain-http"),
    option("port", "number", "8443, or 8080 with --plain-http"),
    option("state", "folder", "where the used tokens are kept; ~/.local/state/iam-keys/esc-rotator"),
    option("issuer", "address", "of the callers' tokens; https://api.pulumi.com"),
    option("jwks-url", "address", "the issuer's keys; <issuer>/oidc/.well-known/jwks"),
  ],
  codes: {
    [EXIT.failed]: "It could not start, or ended with an error.",
    [EXIT.person]: "An option is missing or wrong.",
  },
  errorCode: EXIT.failed,
  async run(values) {
    const { run } = await import("./run.ts");
    return run(values as GivenOptions);
  },
};
