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
    "Serves fn::rotate::external of Pulumi ESC, so that environments rotate keys of Yandex Cloud and AWS. docs/esc.md says how to deploy it, and what to write in an environment. It reads the caller's credentials from the environment, as described in docs/credentials.md. You can also set each option with the environment variable in brackets.",
  options: [
    option("url", "address", "the rotator's https:// address, as in the environments; required"),
    option(
      "allow",
      "rule",
      "who may call: organization/project/environment, with * for any characters of a part; append =account[,account] to allow only the keys of these service accounts or IAM users; for several, repeat the option or use spaces; required",
    ).argParser((rule: string, rules: readonly string[] = []) => [...rules, rule]),
    option("tls-cert", "file", "the certificate with the chain, PEM; read again at SIGHUP"),
    option("tls-key", "file", "the certificate's private key, PEM"),
    new Option("--plain-http", `no TLS, for a proxy that terminates it (${PLAIN_HTTP})`),
    option(
      "host",
      "address",
      "the address to listen on; default: every interface, or 127.0.0.1 with --plain-http",
    ),
    option("port", "number", "the port; default: 8443, or 8080 with --plain-http"),
    option("state", "folder", "where to record used tokens; default: ~/.local/state/iam-keys/esc-rotator"),
    option("issuer", "address", "the issuer of the callers' tokens; default: https://api.pulumi.com"),
    option("jwks-url", "address", "the issuer's keys; default: <issuer>/oidc/.well-known/jwks"),
  ],
  codes: {
    [EXIT.failed]: "The rotator could not start, or ended with an error.",
    [EXIT.person]: "An option is missing or wrong.",
  },
  errorCode: EXIT.failed,
  async run(values) {
    const { run } = await import("./run.ts");
    return run(values as GivenOptions);
  },
};
