import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { type LocalIam, type ServiceAccountKeyFile, startLocalIam } from "../../local/iam/index.ts";
import { IamKeysError } from "../../provider/errors.ts";
import { loadKind } from "../../provider/kinds/index.ts";
import { Session } from "../../provider/session.ts";
import { aws, yandex } from "../../sdk/index.ts";
import { startDynamicProvider } from "../support/dynamicProvider.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { register } from "../support/registration.ts";

interface Settings {
  readonly config?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What the user reads when a key of this kind is checked, and then made, with these settings. */
async function errorWith(type: string, settings: Settings, inputs: object): Promise<string> {
  const kind = await loadKind(type);
  const session = new Session(fakePorts(settings));
  try {
    kind.checkSettings(session);
    await kind.create(session, { ...inputs });
  } catch (error) {
    if (!(error instanceof IamKeysError)) throw error;
    return error.message;
  }
  return "no error";
}

const BASE_URL = "must be a base URL without user name, password, query or fragment. [INVALID_CONFIG]";
const NO_URL = "must be an absolute URL. [INVALID_CONFIG] For example https://iam.example.net";
const NOT_HTTPS =
  "must begin with https://, because the caller's token would travel unencrypted. [INVALID_CONFIG] http:// is accepted only for this machine (localhost, 127.0.0.1, [::1]).";
const BOTH_SET =
  "are both set, so it is not clear whose credentials to use. [INVALID_CONFIG] Keep one and remove the other.";
const NO_TOKEN = "is not an IAM token: it holds characters no token has. [INVALID_CONFIG]";
const NO_CREDENTIALS =
  "There are no Yandex Cloud credentials to make requests with. [NO_CREDENTIALS] Set yandex:token or yandex:serviceAccountKeyFile in the stack's config (pulumi config set --secret yandex:token …), or YC_TOKEN or YC_SERVICE_ACCOUNT_KEY_FILE in the environment. docs/credentials.md has the other ways in.";
const MAKE_KEY_FILE =
  "Make one with `yc iam key create --output key.json`, or give the keyFile output of a ServiceAccountKey.";
const READABLE_PATH =
  "Give a path that this user can read (relative to the program's folder), or the JSON itself.";
const A_KEY_FILE = "It must be the authorized key of a service account, as `yc iam key create` writes it.";
const A_PEM = 'It must hold an unencrypted "-----BEGIN PRIVATE KEY-----" block.';

const AWS_KEYS = { "aws:accessKey": "AKIAEXAMPLE", "aws:secretKey": "s3cret-s3cret" };

const endpoint = (value: string): Settings => ({ config: { "yandex:endpoint": value } });

const NO_RATE = "must be a number of requests per second above 0, such as 20. [INVALID_CONFIG]";

const refused: readonly (readonly [type: string, settings: Settings, message: string])[] = [
  ...["0", "-1", "many", "Infinity", "20/s"].map(
    (rate) =>
      [
        "yandex:StaticAccessKey",
        { config: { "iam-keys:yandexMaxRequestsPerSecond": rate } },
        `stack config iam-keys:yandexMaxRequestsPerSecond ${NO_RATE}`,
      ] as const,
  ),
  [
    "aws:AccessKey",
    { config: AWS_KEYS, environment: { IAM_KEYS_AWS_MAX_REQUESTS_PER_SECOND: "none" } },
    `environment variable IAM_KEYS_AWS_MAX_REQUESTS_PER_SECOND ${NO_RATE}`,
  ],
  ["yandex:StaticAccessKey", endpoint("not a URL"), `stack config yandex:endpoint ${NO_URL}`],
  ["yandex:StaticAccessKey", endpoint("iam.example.net"), `stack config yandex:endpoint ${NO_URL}`],
  ["yandex:StaticAccessKey", endpoint("ftp://iam.example.net"), `stack config yandex:endpoint ${NO_URL}`],
  ["yandex:StaticAccessKey", endpoint("http://iam.example.net"), `stack config yandex:endpoint ${NOT_HTTPS}`],
  [
    "yandex:StaticAccessKey",
    endpoint("http://127.0.0.1.example.net"),
    `stack config yandex:endpoint ${NOT_HTTPS}`,
  ],
  [
    "yandex:StaticAccessKey",
    endpoint("https://me:pw@example.net"),
    `stack config yandex:endpoint ${BASE_URL}`,
  ],
  [
    "yandex:StaticAccessKey",
    endpoint("https://example.net/?a=b"),
    `stack config yandex:endpoint ${BASE_URL}`,
  ],
  ["yandex:StaticAccessKey", endpoint("https://example.net/#a"), `stack config yandex:endpoint ${BASE_URL}`],
  [
    "yandex:IamToken",
    { environment: { YC_ENDPOINT: "nowhere" } },
    `environment variable YC_ENDPOINT ${NO_URL}`,
  ],
  [
    "yandex:IamToken",
    { config: { "yandex:operationEndpoint": "http://operation.example.net" } },
    `stack config yandex:operationEndpoint ${NOT_HTTPS}`,
  ],
  [
    "yandex:StaticAccessKey",
    { config: { "yandex:iamEndpoint": "https://iam.example.net" }, environment: { YC_ENDPOINT: "" } },
    "yandex:operationEndpoint is not set, although stack config yandex:iamEndpoint is: nothing that may belong to another cloud is sent to the public one. [INVALID_CONFIG] Set it too, or in its place yandex:endpoint for all services; YC_OPERATION_ENDPOINT is its name in the environment. The public one is https://operation.api.cloud.yandex.net",
  ],
  [
    "aws:AccessKey",
    { config: AWS_KEYS, environment: { AWS_ENDPOINT_URL_IAM: "http://iam.example.net" } },
    `environment variable AWS_ENDPOINT_URL_IAM ${NOT_HTTPS}`,
  ],
  [
    "yandex:IamToken",
    { environment: { YC_IAM_ENDPOINT: "x" } },
    `environment variable YC_IAM_ENDPOINT ${NO_URL}`,
  ],
  [
    "yandex:ServiceAccountKey",
    { config: { "yandex:token": "t1.a", "yandex:serviceAccountKeyFile": "key.json" } },
    `yandex:token and yandex:serviceAccountKeyFile ${BOTH_SET}`,
  ],
  [
    "yandex:ServiceAccountKey",
    { environment: { YC_TOKEN: "t1.a", YC_SERVICE_ACCOUNT_KEY_FILE: "key.json" } },
    `YC_TOKEN and YC_SERVICE_ACCOUNT_KEY_FILE ${BOTH_SET}`,
  ],
  ["yandex:ServiceAccountKey", {}, NO_CREDENTIALS],
  [
    "yandex:ServiceAccountKey",
    { config: { "yandex:token": "" }, environment: { YC_TOKEN: "" } },
    NO_CREDENTIALS,
  ],
  [
    "yandex:StaticAccessKey",
    { config: { "yandex:token": "t1.a\nb" } },
    `stack config yandex:token ${NO_TOKEN}`,
  ],
  [
    "yandex:StaticAccessKey",
    { environment: { YC_TOKEN: "t1.a b" } },
    `environment variable YC_TOKEN ${NO_TOKEN}`,
  ],
  [
    "yandex:StaticAccessKey",
    { environment: { YC_TOKEN: "tökén" } },
    `environment variable YC_TOKEN ${NO_TOKEN}`,
  ],
  [
    "yandex:StaticAccessKey",
    { environment: { YC_TOKEN: " \n" } },
    `environment variable YC_TOKEN ${NO_TOKEN}`,
  ],
  [
    "yandex:StaticAccessKey",
    { environment: { YC_TOKEN: "y0_canary-of-an-oauth-token" } },
    "environment variable YC_TOKEN is not an IAM token but an OAuth token. [INVALID_CONFIG] Set it as yandex:oauthToken or YC_OAUTH_TOKEN: IAM tokens are then made from it, and renewed.",
  ],
  [
    "yandex:StaticAccessKey",
    { config: { "yandex:oauthToken": "t1.canary-of-an-iam-token" } },
    "stack config yandex:oauthToken is not an OAuth token but an IAM token. [INVALID_CONFIG] Set it as yandex:token or YC_TOKEN.",
  ],
  [
    "yandex:StaticAccessKey",
    { environment: { YC_OAUTH_TOKEN: "y0_a\nb" } },
    "environment variable YC_OAUTH_TOKEN is not an OAuth token: it holds characters no token has. [INVALID_CONFIG]",
  ],
  [
    "yandex:StaticAccessKey",
    { config: { "yandex:authEndpoint": "http://auth.example.net" } },
    `stack config yandex:authEndpoint ${NOT_HTTPS}`,
  ],
  [
    "aws:AccessKey",
    { config: { "aws:accessKey": "AKIAEXAMPLE" } },
    "stack config aws:accessKey is set without aws:secretKey. [INVALID_CONFIG] Set both, or neither.",
  ],
  [
    "aws:AccessKey",
    { config: { "aws:secretKey": "s3cret-s3cret" } },
    "stack config aws:secretKey is set without aws:accessKey. [INVALID_CONFIG] Set both, or neither.",
  ],
  [
    "aws:AccessKey",
    { config: { "aws:token": "session-token" } },
    "stack config aws:token is set without aws:accessKey and aws:secretKey. [INVALID_CONFIG]",
  ],
  ...(
    [
      ["assumeRole", "arn:aws:iam::1:role/one", "is not a structured value."],
      [
        "assumeRole",
        '{"roleArn":"arn:aws:iam::1:role/one","canary":"x"}',
        "is not as @pulumi/aws has it: canary.",
      ],
      ["assumeRoles", '[{"sessionName":"canary"}]', "is not as @pulumi/aws has it: 0.roleArn."],
      ["assumeRole", '{"roleArn":"x","duration":"canary"}', "is not as @pulumi/aws has it: duration."],
      ["allowedAccountIds", '{"canary":1}', "is not as @pulumi/aws has it."],
      ["endpoints", '["http://localhost:4566"]', "is not as @pulumi/aws has it."],
    ] as const
  ).map(
    ([name, value, message]) =>
      [
        "aws:AccessKey",
        { config: { ...AWS_KEYS, [`aws:${name}`]: value } },
        `stack config aws:${name} ${message} [INVALID_CONFIG] ${message.includes("structured") ? `Set its parts, for example: pulumi config set --path 'aws:${name}[0]…'` : "`pulumi config --json` shows it, and `pulumi config set --path` sets a part of it."}`,
      ] as const,
  ),
  [
    "aws:AccessKey",
    { config: { ...AWS_KEYS, "aws:endpoints": '[{"iam":"http://iam.example.net"}]' } },
    `stack config aws:endpoints.iam ${NOT_HTTPS}`,
  ],
  [
    "aws:AccessKey",
    {
      config: {
        ...AWS_KEYS,
        "aws:assumeRole": '{"roleArn":"a"}',
        "aws:assumeRoles": '[{"roleArn":"b"}]',
      },
    },
    "aws:assumeRole and aws:assumeRoles are both set, so it is not clear which role to assume. [INVALID_CONFIG] Keep one and remove the other.",
  ],
  [
    "aws:AccessKey",
    { config: { ...AWS_KEYS, "aws:allowedAccountIds": "[1]", "aws:forbiddenAccountIds": "[2]" } },
    "aws:allowedAccountIds and aws:forbiddenAccountIds are both set. [INVALID_CONFIG] Keep one and remove the other.",
  ],
  [
    "aws:AccessKey",
    { config: { ...AWS_KEYS, "aws:customCaBundle": "ca.pem", "aws:insecure": "false" } },
    "stack config aws:customCaBundle is not known to pulumi-iam-keys. [INVALID_CONFIG] Set SSL_CERT_FILE in the environment instead.",
  ],
  [
    "aws:AccessKey",
    { config: { ...AWS_KEYS, "aws:insecure": "true" } },
    "stack config aws:insecure is not known to pulumi-iam-keys. [INVALID_CONFIG] Have the server's certificate trusted instead: SSL_CERT_FILE in the environment.",
  ],
  [
    "aws:AccessKey",
    { environment: { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nobody's home" } },
    "There are no AWS credentials to make requests with. [NO_CREDENTIALS] Set aws:accessKey and aws:secretKey or aws:profile in the stack's config, or any source that the AWS SDK knows (AWS_ACCESS_KEY_ID, AWS_PROFILE, a role of the machine, …).",
  ],
  [
    "aws:AccessKey",
    { environment: { SSL_CERT_FILE: "/no/such/file.pem" } },
    "environment variable SSL_CERT_FILE names a file that cannot be read (ENOENT). [INVALID_CONFIG]",
  ],
];

describe("settings", () => {
  let iam: LocalIam;
  let keyFile: ServiceAccountKeyFile;
  let folder: string;
  before(async () => {
    iam = await startLocalIam();
    keyFile = await iam.serviceAccountKeyFile(iam.serviceAccountId);
    folder = await mkdtemp(path.join(tmpdir(), "iam-keys-"));
  });
  after(async () => {
    await iam?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The settings aimed at the server, so that a request which should not be sent is seen. */
  const aimed = ({ config = {}, environment = {} }: Settings): Settings => ({
    config,
    environment: { YC_ENDPOINT: iam.url, AWS_ENDPOINT_URL: iam.url, ...environment },
  });
  const inputs = () => ({ serviceAccountId: iam.serviceAccountId });
  const withKeyFile = (value: string) =>
    errorWith(
      "yandex:StaticAccessKey",
      aimed({ config: { "yandex:serviceAccountKeyFile": value } }),
      inputs(),
    );

  for (const [type, settings, message] of refused) {
    test(`${type} with ${JSON.stringify(settings)}: ${message}`, async () => {
      const before = iam.requests.length;
      assert.equal(await errorWith(type, aimed(settings), inputs()), message);
      assert.equal(iam.requests.length, before);
    });
  }

  const badFiles: Readonly<
    Record<string, { content: (key: ServiceAccountKeyFile) => string; message: (id: string) => string }>
  > = {
    "text that is not JSON": {
      content: () => "not JSON",
      message: () =>
        `The key file of stack config yandex:serviceAccountKeyFile is not JSON. [INVALID_CONFIG] ${MAKE_KEY_FILE}`,
    },
    nothing: {
      content: () => "",
      message: () =>
        `The key file of stack config yandex:serviceAccountKeyFile is empty, not the JSON of an authorized key. [INVALID_CONFIG] ${MAKE_KEY_FILE}`,
    },
    "a JSON list": {
      content: () => "[]",
      message: () =>
        `The key file of stack config yandex:serviceAccountKeyFile lacks everything (a text that is not empty). [INVALID_CONFIG] ${A_KEY_FILE}`,
    },
    "JSON without private_key": {
      content: ({ private_key: _, ...rest }) => JSON.stringify(rest),
      message: () =>
        `The key file of stack config yandex:serviceAccountKeyFile lacks private_key (a text that is not empty). [INVALID_CONFIG] ${A_KEY_FILE}`,
    },
    "the key of a user account": {
      content: ({ service_account_id: _, ...rest }) => JSON.stringify(rest),
      message: () =>
        `The key file of stack config yandex:serviceAccountKeyFile lacks service_account_id (a text that is not empty). [INVALID_CONFIG] ${A_KEY_FILE}`,
    },
    "an empty object": {
      content: () => "{}",
      message: () =>
        `The key file of stack config yandex:serviceAccountKeyFile lacks id, service_account_id, private_key (a text that is not empty). [INVALID_CONFIG] ${A_KEY_FILE}`,
    },
    "a private key that is no PEM": {
      content: (key) => JSON.stringify({ ...key, private_key: "c2VjcmV0LXNlY3JldA==" }),
      message: (id) =>
        `The private_key of authorized key ${id} is not a PKCS#8 PEM. [INVALID_CONFIG] ${A_PEM}`,
    },
    "a private key that is cut off": {
      content: (key) => JSON.stringify({ ...key, private_key: key.private_key.slice(0, 300) }),
      message: (id) =>
        `The private_key of authorized key ${id} is not a PKCS#8 PEM. [INVALID_CONFIG] ${A_PEM}`,
    },
  };

  for (const [name, { content, message }] of Object.entries(badFiles)) {
    test(`a key file with ${name} is refused before any request`, async () => {
      const file = path.join(folder, `${name.replaceAll(" ", "-")}.json`);
      await writeFile(file, content(keyFile));
      const sent = iam.requests.length;
      assert.equal(await withKeyFile(file), message(keyFile.id));
      assert.equal(iam.requests.length, sent);
    });
  }

  test("JSON in place of the path is refused in the same words", async () => {
    assert.equal(
      await withKeyFile('{"id": '),
      `The key file of stack config yandex:serviceAccountKeyFile is not JSON. [INVALID_CONFIG] ${MAKE_KEY_FILE}`,
    );
  });

  test("a path to nothing and a path to a folder are refused", async () => {
    assert.equal(
      await withKeyFile(path.join(folder, "missing.json")),
      `The key file that stack config yandex:serviceAccountKeyFile names cannot be read (ENOENT). [INVALID_CONFIG] ${READABLE_PATH}`,
    );
    assert.equal(
      await withKeyFile(folder),
      `The key file that stack config yandex:serviceAccountKeyFile names cannot be read (EISDIR). [INVALID_CONFIG] ${READABLE_PATH}`,
    );
  });

  test("a key file works with its warning line and without it, as a path and as JSON", async () => {
    const pem = keyFile.private_key.slice(keyFile.private_key.indexOf("-----BEGIN"));
    assert.notEqual(pem, keyFile.private_key);
    const asWritten = JSON.stringify(keyFile);
    const withoutLine = JSON.stringify({ ...keyFile, private_key: pem });
    const file = path.join(folder, "good.json");
    for (const text of [asWritten, withoutLine]) {
      await writeFile(file, text);
      assert.equal(await withKeyFile(file), "no error");
      assert.equal(await withKeyFile(text), "no error");
      assert.equal(await withKeyFile(`\n  ${text}\n`), "no error");
    }
  });

  const mangled: Readonly<Record<string, (text: string, key: ServiceAccountKeyFile) => string | Buffer>> = {
    "a byte order mark": (text) => `\uFEFF${text}`,
    "a byte order mark that was read as Latin-1": (text) => `ï»¿${text}`,
    "UTF-16, as PowerShell writes it": (text) => Buffer.from(`\uFEFF${text}\r\n`, "utf16le"),
    "UTF-16 without its mark": (text) => Buffer.from(text, "utf16le"),
    "big-endian UTF-16": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
    "escaped line breaks in the key": (_, key) =>
      JSON.stringify({ ...key, private_key: key.private_key.replaceAll("\n", "\\n") }),
    "line breaks in the string of the key": (text) => text.replaceAll("\\n", "\n"),
    "line breaks of Windows in it": (text) => text.replaceAll("\\n", "\r\n"),
    "spaces for the line breaks of the key": (text) => text.replaceAll("\\n", " "),
    "line breaks of the file written as \\n": (_, key) =>
      JSON.stringify(key, null, 2).replaceAll("\n", "\\n"),
    base64: (text) => Buffer.from(text).toString("base64"),
    "base64 in lines": (text) => `${Buffer.from(text).toString("base64").replace(/.{76}/g, "$&\n")}\n`,
    "base64 of UTF-16": (text) => Buffer.from(text, "utf16le").toString("base64"),
    "a JSON string of it": (text) => JSON.stringify(text),
    "a JSON string of it without its quotes": (text) => JSON.stringify(text).slice(1, -1),
    "base64 of a JSON string of it": (text) => Buffer.from(JSON.stringify(text)).toString("base64"),
    "PKCS#1": (text, key) =>
      JSON.stringify({
        ...JSON.parse(text),
        private_key: createPrivateKey(key.private_key.slice(key.private_key.indexOf("-----BEGIN")))
          .export({ type: "pkcs1", format: "pem" })
          .toString(),
      }),
  };
  for (const [name, mangle] of Object.entries(mangled)) {
    test(`a key file with ${name} works, as a path and, where it is text, as it is`, async () => {
      const content = mangle(JSON.stringify(keyFile), keyFile);
      const file = path.join(folder, `mangled-${name.replaceAll(/\W+/g, "-")}.json`);
      await writeFile(file, content);
      assert.equal(await withKeyFile(file), "no error");
      if (typeof content === "string") assert.equal(await withKeyFile(content), "no error");
    });
  }

  const pem = () => keyFile.private_key;
  const others: Readonly<Record<string, readonly [what: string, content: () => string]>> = {
    "a PEM": ["a PEM alone", pem],
    "a PEM in base64": ["a PEM alone", () => Buffer.from(pem()).toString("base64")],
    "an SSH key": ["an SSH key", () => "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n"],
    "the key file of another cloud": [
      "a key file of Google Cloud",
      () =>
        JSON.stringify({ type: "service_account", project_id: "p", private_key: pem(), client_email: "a@b" }),
    ],
    "credentials of a person": [
      "the credentials of a user of Google Cloud",
      () => JSON.stringify({ type: "authorized_user", refresh_token: "canary" }),
    ],
    "credentials of Azure": [
      "the credentials of Azure",
      () => JSON.stringify({ appId: "a", password: "canary", tenant: "t" }),
    ],
    "the console's CSV": [
      "an access key of AWS",
      () => "Access key ID,Secret access key\r\nAKIAX,canary\r\n",
    ],
    "the AWS CLI's file": ["an access key of AWS", () => "[default]\naws_access_key_id = AKIAX\n"],
    "the AWS CLI's output": [
      "an access key of AWS",
      () => JSON.stringify({ AccessKey: { AccessKeyId: "AKIAX", SecretAccessKey: "canary" } }),
    ],
    "another kind of key": [
      "a static access key",
      () => JSON.stringify({ access_key: { id: "aje", service_account_id: "aje" }, secret: "canary" }),
    ],
    "an API key": ["an API key", () => JSON.stringify({ api_key: { id: "aje" }, secret: "canary" })],
    "the CLI's token": ["an IAM token", () => JSON.stringify({ iam_token: "t1.canary", expires_at: "" })],
    "an IAM token": ["an IAM token", () => "t1.canary-canary"],
    "an OAuth token": ["an OAuth token", () => "y0_canary-canary"],
  };
  for (const [name, [what, content]] of Object.entries(others)) {
    test(`${name} in the place of a key file is called by its name, and not quoted`, async () => {
      const file = path.join(folder, `other-${name.replaceAll(/\W+/g, "-")}`);
      await writeFile(file, content());
      const sent = iam.requests.length;
      const said = `The key file of stack config yandex:serviceAccountKeyFile is ${what}, not the JSON of an authorized key. [INVALID_CONFIG] ${MAKE_KEY_FILE}`;
      assert.equal(await withKeyFile(file), said);
      assert.equal(await withKeyFile(content()), said);
      assert.equal(iam.requests.length, sent);
    });
  }

  test("a token with white space around it, as a file read by a shell has, works", async () => {
    const settings = aimed({ config: { "yandex:token": `${iam.environment.YC_TOKEN}\n` } });
    assert.equal(await errorWith("yandex:StaticAccessKey", settings, inputs()), "no error");
  });

  test("the endpoint that other tools are given, an address of gRPC, means the public cloud", async () => {
    const kind = await loadKind("yandex:StaticAccessKey");
    const config = { "yandex:endpoint": "api.cloud.yandex.net:443", "yandex:token": "t1.a" };
    kind.checkSettings(new Session(fakePorts({ config })));
  });

  test("the process answers a check with the same words, and no request is sent", async () => {
    const both = { YC_TOKEN: iam.environment.YC_TOKEN, YC_SERVICE_ACCOUNT_KEY_FILE: "key.json" };
    await using provider = await startDynamicProvider({ environment: { YC_ENDPOINT: iam.url, ...both } });
    const { registration } = await register((name) => new yandex.StaticAccessKey(name, inputs()));
    const sent = iam.requests.length;
    assert.deepEqual((await provider.check({}, registration.inputs)).failures, [
      { property: "", reason: `YC_TOKEN and YC_SERVICE_ACCOUNT_KEY_FILE ${BOTH_SET}` },
    ]);
    assert.equal(iam.requests.length, sent);
    assert.equal(provider.output, "");
  });

  test("without credentials of AWS the error says where to put them", async () => {
    await using provider = await startDynamicProvider({ environment: { AWS_ENDPOINT_URL: iam.url } });
    const { registration } = await register((name) => new aws.AccessKey(name, { userName: iam.userName }));
    const sent = iam.requests.length;
    await assert.rejects(
      provider.create(registration.inputs),
      /\[NO_CREDENTIALS\] Set aws:accessKey and aws:secretKey or aws:profile in the stack's config, or any source that the AWS SDK knows/,
    );
    assert.equal(iam.requests.length, sent);
  });
});
