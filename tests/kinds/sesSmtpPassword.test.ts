import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { aws } from "../../sdk/index.ts";
import { register } from "../support/registration.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
// Made with the script of https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
const PASSWORDS = {
  "us-east-1": "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9",
  "eu-central-1": "BF0/eIJm0ruTHsSjOkRuOGzGF+zeSyE3aiRzrzUQ8LwG",
} as const;

async function shown(output: pulumi.Output<string>) {
  const value = await new Promise<string>((resolve) => output.apply(resolve));
  return { value, secret: await pulumi.isSecret(output) };
}

for (const [form, make] of [
  ["AccessKey", (name: string) => new aws.AccessKey(name)],
  ["RotatingAccessKey", (name: string) => new aws.RotatingAccessKey(name)],
] as const) {
  test(`aws.${form} gives the SMTP password of its secret, for the stack's region or another one`, async () => {
    const state = {
      secretAccessKey: SECRET,
      current: { id: "AKIA", secretAccessKey: SECRET, createdAt: "" },
    };
    const { resource } = await register<aws.AccessKey | aws.RotatingAccessKey>(make, { id: "AKIA", state });
    pulumi.runtime.setAllConfig({});
    const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    assert.throws(() => resource.sesSmtpPassword, /set aws:region/);
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
    assert.deepEqual(await shown(resource.sesSmtpPassword), { value: PASSWORDS["us-east-1"], secret: true });
    const elsewhere = resource.sesSmtpPasswordIn("eu-central-1");
    assert.deepEqual(await shown(elsewhere), { value: PASSWORDS["eu-central-1"], secret: true });
    Object.assign(process.env, {
      ...(AWS_REGION && { AWS_REGION }),
      ...(AWS_DEFAULT_REGION && { AWS_DEFAULT_REGION }),
    });
  });
}
