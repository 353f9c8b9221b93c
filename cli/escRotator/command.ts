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
    "Serves fn::rotate::external of Pulumi ESC, so that environments rotate keys of Yandex Cloud and AWS. docs/esc.md says how to deploy it, and what to write in an environment. It reads the caller's credentials from the environment, as described in docs/credentials.md. You can also set each option with the environment variable in brackets.",
  options: [
    option("url", "address", "the rotator's https:// address, as in the environments; required"),
    option(
      "allow",
      "rule",
      "who may call: organization/project/environment, with * for any characters of a part; append =account[,account] to allow only the keys of these service accounts or IAM users; for several, repeat the option or use spaces; required",
    ).argParser((rule: string, rules: readonly string[] = []) => [...rules, rule]),
    ...placeOptions(PREFIX),
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
