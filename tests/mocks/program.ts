/** Every resource, and the token, under the mocks of Pulumi's guide; prints the outputs that are put together in the program. */
import * as pulumi from "@pulumi/pulumi";
import { aws, yandex } from "pulumi-iam-keys";

await pulumi.runtime.setMocks({
  newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
  call: ({ token, inputs }) => ({ iamToken: `${token} of ${inputs.serviceAccountId}` }),
});

const account = { serviceAccountId: "aje00000000000000000" };
const rotating = { ...account, rotate: { every: "30d" } };
const user = { userName: "mailer" };

const authorized = new yandex.ServiceAccountKey("one", account);
const access = new yandex.StaticAccessKey("two", { ...account, description: "of a test" });
const api = new yandex.ApiKey("three", account);
const ephemeral = new yandex.EphemeralAccessKey("four", { sessionName: "visit" });
const token = new yandex.IamToken("five", account);
const mailer = new aws.AccessKey("six", user);
const rotatingAuthorized = new yandex.RotatingServiceAccountKey("seven", rotating);
const rotatingAccess = new yandex.RotatingStaticAccessKey("eight", rotating);
const rotatingApi = new yandex.RotatingApiKey("nine", rotating);
const rotatingMailer = new aws.RotatingAccessKey("ten", { ...user, rotate: { every: "30d" } });
const encrypted = new yandex.RotatingApiKey("eleven", { ...rotating, encryptTo: { pgp: "a public key" } });

const outputs: Record<string, pulumi.Output<unknown>> = {
  id: access.id,
  input: access.description,
  output: access.secretAccessKey,
  keyFile: authorized.keyFile,
  secret: api.secret,
  accessKeyId: ephemeral.accessKeyId,
  tokenCreatedAt: token.createdAt,
  smtp: mailer.sesSmtpPasswordIn("eu-central-1"),
  rotatingKeyFile: rotatingAuthorized.keyFile,
  rotatingId: rotatingAccess.accessKeyId,
  rotatingSecret: rotatingApi.secret,
  rotatingCreatedAt: rotatingApi.createdAt,
  rotatingSmtp: rotatingMailer.sesSmtpPasswordIn("eu-central-1"),
  current: encrypted.current,
  iamToken: yandex.getIamToken(account),
};
pulumi.unsecret(pulumi.output(outputs)).apply((values) => console.log(JSON.stringify(values)));
