import type { Command } from "../command.ts";
import { EXIT } from "../exitCodes.ts";
import { placeOptions } from "../http/place.ts";
import { variableOption } from "../http/variables.ts";
import { type GivenOptions, PREFIX } from "./options.ts";

const option = variableOption.bind(undefined, PREFIX);

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
    ...placeOptions(PREFIX),
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
