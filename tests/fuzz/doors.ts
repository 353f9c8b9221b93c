import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { environmentOf, parseAllowed } from "../../cli/escRotator/environments.ts";
import { parseRotationRequest } from "../../cli/escRotator/rotationRequest.ts";
import { leaksIn } from "../../cli/leakWebhook/leakEvent.ts";
import { parseJournal } from "../../local/engine/state/replay.ts";
import { startLocalIam } from "../../local/iam/index.ts";
import { AwsIam } from "../../provider/api/awsIam.ts";
import { YandexIam } from "../../provider/api/yandexIam.ts";
import { readAuthorizedKey } from "../../provider/auth/authorizedKey.ts";
import { KIND_TYPES } from "../../provider/kinds/index.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import { ROTATABLE } from "../../provider/kinds/table.ts";
import { API_KEYS } from "../../provider/kinds/yandexApiKey.ts";
import { readOrder } from "../../provider/lifecycle/keyDecision.ts";
import { loadLifecycle } from "../../provider/lifecycle/loadLifecycle.ts";
import { parseMark } from "../../provider/lifecycle/mark.ts";
import { readTag } from "../../provider/lifecycle/ownerTag.ts";
import { redact } from "../../provider/redact.ts";
import { parseDuration } from "../../provider/rotation/duration.ts";
import { parseRotateNow } from "../../provider/rotation/emergency.ts";
import { matchesPattern } from "../../provider/rotation/pattern.ts";
import { isTimeZone, parseHours } from "../../provider/rotation/window.ts";
import { Session } from "../../provider/session.ts";
import { loadRecipient } from "../../provider/sinks/loadRecipient.ts";
import { contentOf, parseYaml } from "../../stack/files/givenText.ts";
import { parseState } from "../../stack/stateText.ts";
import { storedResources } from "../../stack/storedResource.ts";
import { fakePorts } from "../support/fakePorts.ts";
import { CANARY, jsonOf, objectLike, objectOf, textLike } from "./hostile.ts";

/** A way in for what others have written. */
export interface Door {
  readonly name: string;
  /** Inputs of JSON, so that one can be kept in a file. */
  readonly inputs: fc.Arbitrary<unknown>;
  /** Whether it may talk to a server: by a reply, or of what is right but for the state. */
  readonly talks?: true;
  /** Takes an input to its end. */
  enter(input: never): unknown;
}

const KEY_FILE = JSON.stringify({
  id: "ajekey",
  service_account_id: "ajeaccount",
  private_key: `PLEASE DO NOT REMOVE\n-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----\n`,
});
const PROFILE = `current: ops\nprofiles:\n  ops:\n    token: ${CANARY}\n    endpoint: api.cloud.yandex.net:443\n`;
const AWS_PROFILE = `[default]\nregion = x\naws_secret_access_key = ${CANARY}\n[profile ops]\ns3 =\n  a = b\n`;

/** Settings that hold a secret, and settings that hold none. */
const SETTINGS = {
  "yandex:token": CANARY,
  "yandex:serviceAccountKeyFile": KEY_FILE,
  "yandex:oauthToken": `y0_${CANARY}`,
  "yandex:federatedServiceAccountId": "ajeaccount",
  "yandex:impersonateServiceAccount": "ajeaccount",
  "yandex:endpoint": "https://api.example.net",
  "yandex:metadata": "false",
  "yandex:oidcTokenVariable": "A_TOKEN",
  "aws:accessKey": "AKIAEXAMPLE",
  "aws:secretKey": CANARY,
  "aws:token": CANARY,
  "aws:region": "eu-central-1",
  "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::123456789012:role/x","duration":"1h"}]',
  "aws:endpoints": '[{"iam":"https://iam.example.net"}]',
  "aws:allowedAccountIds": '["123456789012"]',
  "iam-keys:auditTo": "https://audit.example.net",
  "iam-keys:auditSigningKey": `whsec_${Buffer.from(CANARY).toString("base64")}`,
  "iam-keys:rotateNow": "incident-1:*",
};
const settings = fc
  .tuple(
    fc.subarray(Object.keys(SETTINGS)),
    fc.array(textLike(...Object.values(SETTINGS)), { minLength: 18, maxLength: 18 }),
    fc.nat(3),
  )
  .map(([names, texts, wrong]) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        index < wrong ? texts[index] : SETTINGS[name as keyof typeof SETTINGS],
      ]),
    ),
  );

const NOTHING_OPEN = "http://127.0.0.1:9";
const ARGUMENTS = {
  serviceAccountId: "ajeaccount",
  userName: "uploader",
  description: "x",
  tagDescription: true,
  status: "Active",
  scopes: ["yc.storage.use"],
  keyAlgorithm: "RSA_2048",
  expiresAt: "2099-01-01T00:00:00Z",
  expiresIn: "30d",
  duration: "1h",
  sessionName: "s",
  policy: "{}",
  keepers: { a: "1" },
  rotate: { every: "30d", window: { timeZone: "UTC", hours: "22:00-04:00", days: ["mon"] } },
  overlap: "1d",
  retire: { grace: "1d", unlessUsedWithin: "1d" },
  verify: { timeout: "1m", successes: 2 },
  owner: "project/stack/uploads",
  encryptTo: { age: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" },
};
const type = fc.constantFrom(...KIND_TYPES, ...ROTATABLE.map((kind) => kind.replace(":", ":Rotating")));
const HELD = { id: "ajekey", createdAt: "2026-01-01T00:00:00Z", mark: "k3f9x2ab.3", secretAccessKey: CANARY };
const STATE = {
  ...ARGUMENTS,
  current: { ...HELD, mark: "k3f9x2ab.4" },
  previous: { ...HELD, replacedAt: "2026-02-01T00:00:00Z", inactiveSince: "2026-02-02T00:00:00Z" },
  abandoned: ["ajelost"],
  deliveries: [{ id: "ajelost", lockboxSecretId: "e6qsecret", lockboxVersionId: "e6qversion" }],
  leftovers: [{ id: "ajeother", createdAt: "2026-01-01T00:00:00Z" }],
  mark: "k3f9x2ab.4",
  keySince: "2026-02-01T00:00:00Z",
  rotatesAt: "2026-03-01T00:00:00Z",
  rotateNow: "incident-1",
  earlierRotateNow: ["incident-0"],
  secretAccessKey: CANARY,
};
const STORED = {
  version: 3,
  deployment: {
    resources: [
      {
        urn: "urn:pulumi:a::b::c::d",
        type: "pulumi-nodejs:dynamic/iam-keys/yandex:ApiKey",
        inputs: {},
        outputs: STATE,
      },
    ],
  },
};

const folder = mkdtempSync(join(tmpdir(), "iam-keys-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** One server for all replies, which says what it is told. */
const said = { status: 200, body: "" };
const replies = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(said.status).end(said.body));
});
let address: Promise<string> | undefined;
function repliesAt(): Promise<string> {
  address ??= new Promise((resolve) => {
    replies.listen(0, "127.0.0.1", () => {
      replies.unref();
      resolve(`http://127.0.0.1:${(replies.address() as AddressInfo).port}`);
    });
  });
  return address;
}

let cloud: ReturnType<typeof startLocalIam> | undefined;

function sessionOf(
  config: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Session {
  return new Session(
    fakePorts({ config, environment: { HOME: folder, AWS_EC2_METADATA_DISABLED: "true", ...environment } }),
  );
}

/** Everything that settings are read by. */
function readAll(session: Session): void {
  for (const read of [
    () => session.yandex,
    () => session.aws,
    () => session.audit,
    () => readOrder(session.ports),
  ])
    each(read);
}

/** Goes on after an error of ours: the next part is to be tried, too. Whatever else is thrown is a fault. */
function each(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if ((error as Error).name !== "IamKeysError" || String(error).includes(CANARY)) throw error;
  }
}

const caller = {
  "yandex:token": "t1.fuzz",
  "yandex:endpoint": NOTHING_OPEN,
  "aws:accessKey": "AKIAEXAMPLE",
  "aws:secretKey": "a-secret-key",
};
const status = fc.constantFrom(200, 200, 200, 201, 301, 400, 403, 404, 409);
const XML =
  "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata><member><AccessKeyId>AKIAEXAMPLE</AccessKeyId><Status>Active</Status><CreateDate>2026-01-01T00:00:00Z</CreateDate></member></AccessKeyMetadata><IsTruncated>false</IsTruncated></ListAccessKeysResult></ListAccessKeysResponse>";

export const DOORS: readonly Door[] = [
  {
    name: "keyFile",
    inputs: textLike(KEY_FILE, JSON.stringify(KEY_FILE), Buffer.from(KEY_FILE).toString("base64")),
    enter: (value: string) =>
      readAuthorizedKey({ value, source: "stack config yandex:serviceAccountKeyFile" }),
  },
  {
    name: "profile",
    inputs: fc.record({ yc: textLike(PROFILE), aws: textLike(AWS_PROFILE) }),
    enter({ yc, aws }: { yc: string; aws: string }) {
      const home = mkdtempSync(join(folder, "home-"));
      try {
        mkdirSync(join(home, ".config/yandex-cloud"), { recursive: true });
        writeFileSync(join(home, ".config/yandex-cloud/config.yaml"), yc);
        writeFileSync(join(home, "aws"), aws);
        const files = {
          HOME: home,
          AWS_CONFIG_FILE: join(home, "aws"),
          AWS_SHARED_CREDENTIALS_FILE: join(home, "aws"),
        };
        readAll(sessionOf({ "yandex:profile": "ops" }, files));
        readAll(sessionOf({ "aws:profile": "ops" }, files));
      } finally {
        rmSync(home, { recursive: true });
      }
    },
  },
  {
    name: "settings",
    inputs: settings,
    enter: (config: Record<string, string>) => readAll(sessionOf(config)),
  },
  {
    name: "inputs",
    inputs: fc.record({
      type,
      news: fc.oneof(
        objectLike(ARGUMENTS),
        objectOf(...Object.keys(ARGUMENTS), "pgp", "jwk", "age", "every"),
      ),
    }),
    async enter({ type, news }: { type: string; news: Properties }) {
      const lifecycle = await loadLifecycle(type, sessionOf(caller));
      const { problems } = await lifecycle.check({}, news);
      if (problems.join().includes(CANARY)) throw new Error(`a problem shows a value: ${problems}`);
    },
  },
  {
    name: "state",
    talks: true,
    inputs: fc.record({
      type,
      id: textLike("ajekey", "unsettled:x"),
      outputs: fc.oneof(objectLike(STATE), objectOf(...Object.keys(STATE))),
      inputs: objectLike(ARGUMENTS),
    }),
    async enter({
      type,
      id,
      outputs,
      inputs,
    }: {
      type: string;
      id: string;
      outputs: Properties;
      inputs: Properties;
    }) {
      cloud ??= startLocalIam();
      const iam = await cloud;
      const before = iam.keys().length;
      const { YC_TOKEN = "", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = iam.environment;
      process.env.AWS_ENDPOINT_URL = iam.url;
      const config = {
        "yandex:token": YC_TOKEN,
        "yandex:endpoint": iam.url,
        "aws:accessKey": AWS_ACCESS_KEY_ID,
        "aws:secretKey": AWS_SECRET_ACCESS_KEY,
      };
      const life = () => loadLifecycle(type, sessionOf(config, { AWS_ENDPOINT_URL: iam.url }));
      const ours = (error: Error) => {
        if (!["IamKeysError", "PartialFailure"].includes(error.name)) throw error;
        if (error.message.includes(CANARY)) throw new Error("an error shows a secret of the state");
      };
      const { inputs: checked, problems } = await (await life()).check({}, inputs);
      if (problems.length === 0) await (await life()).diff(id, outputs, checked).catch(ours);
      await (await life()).read(id, outputs).catch(ours);
      await (await life()).delete(id, outputs).catch(ours);
      if (iam.keys().length !== before) throw new Error("a state that is no state cost a key");
    },
  },
  {
    name: "replies",
    talks: true,
    inputs: fc.record({
      status,
      body: fc.oneof(
        textLike(
          '{"keys":[{"id":"ajekey","description":"x"}],"nextPageToken":"a"}',
          '{"code":7,"message":"no","details":[]}',
          XML,
        ),
        jsonOf(
          "id",
          "done",
          "error",
          "code",
          "message",
          "details",
          "apiKeys",
          "nextPageToken",
          "metadata",
          "secret",
          "versions",
          "currentVersion",
        ).map((json) => printed(json)),
      ),
    }),
    async enter(reply: { status: number; body: string }) {
      Object.assign(said, reply);
      const at = await repliesAt();
      process.env.AWS_ENDPOINT_URL = at;
      const { ports } = sessionOf({ ...caller, "yandex:endpoint": at }, { AWS_ENDPOINT_URL: at });
      const [yandex, aws] = [new YandexIam(ports), new AwsIam(ports)];
      const ours = (error: Error) => {
        if (!["IamKeysError", "UnusableKey"].includes(error.name)) throw error;
        if (error.message.length > 200_000) throw new Error("an error is as long as a book");
      };
      await yandex.list(API_KEYS, "ajeaccount", "now").catch(ours);
      await yandex.lockbox.isSecretVersionActive("e6q", "v1").catch(ours);
      await aws.listAccessKeys("uploader").catch(ours);
    },
  },
  {
    name: "leakEvent",
    inputs: fc.oneof(
      objectLike({ type: "leak", data: { keyId: CANARY } }),
      objectLike({
        event_type: "yandex.cloud.audit.iam.DetectLeakedCredential",
        details: { url: "x", yandex_cloud_iam_key: { key_id: "ajekey" } },
      }),
      fc.array(objectLike({ token: CANARY, type: "key", url: "" })),
      jsonOf("keyId", "data", "details"),
    ),
    enter: (json: unknown) => leaksIn(json),
  },
  {
    name: "escRequest",
    inputs: fc.oneof(
      fc
        .record({
          request: fc.oneof(
            objectLike({ ...ARGUMENTS, kind: "yandex:StaticAccessKey", name: "a" }),
            jsonOf("kind", "name"),
          ),
          state: fc.oneof(
            objectLike({
              ...HELD,
              previous: STATE.previous,
              rotation: { kind: "yandex:StaticAccessKey", owner: "x" },
            }),
            jsonOf("id"),
          ),
        })
        .map((json) => printed(json)),
      textLike(
        '{"request":{"kind":"yandex:StaticAccessKey","name":"a"},"state":null}',
        "acme/storage/prod-*=a,b",
        "pulumi:environments:org:a:env:b/c",
      ),
    ),
    async enter(body: string) {
      for (const read of [parseAllowed, environmentOf]) read(body);
      await parseRotationRequest(Buffer.from(body));
    },
  },
  {
    name: "stackFiles",
    inputs: fc.record({
      yaml: textLike("name: a\nruntime:\n  name: nodejs\nconfig:\n  a:b:\n    secure: v1:x:y\n"),
      state: fc.oneof(
        textLike(JSON.stringify(STORED)),
        objectLike(STORED.deployment).map((deployment) => printed({ version: 3, deployment })),
      ),
    }),
    enter({ yaml, state }: { yaml: string; state: string }) {
      for (const read of [
        () => contentOf(parseYaml(yaml, "Pulumi.yaml"), "Pulumi.yaml"),
        () => storedResources({ deployment: parseState(Buffer.from(state), "a state") }),
        () => parseJournal(state, "a journal"),
      ]) {
        try {
          read();
        } catch (error) {
          if (
            !["StackFailure", "EngineFailure"].includes((error as Error).name) ||
            String(error).includes(CANARY)
          )
            throw error;
        }
      }
    },
  },
  {
    name: "texts",
    inputs: fc.tuple(
      textLike(
        "incident-1:ci-*,uploads",
        "a*a*a*a*b",
        "1h30m",
        "P90D",
        "22:00-04:00",
        "Europe/Berlin",
        "x [pulumi a/b/c #k3f9x2ab.4?]",
      ),
      textLike("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ),
    enter([text, name]: [string, string]) {
      for (const read of [parseRotateNow, parseDuration, parseHours, isTimeZone, readTag, parseMark, redact])
        read(text);
      matchesPattern(text, name);
    },
  },
  {
    name: "recipients",
    inputs: fc.tuple(
      fc.constantFrom("pgp", "jwk", "age"),
      textLike(
        '{"kty":"RSA","n":"AQAB","e":"AQAB"}',
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEY\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----",
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
      ),
    ),
    enter: ([kind, text]: [string, string]) => loadRecipient({ [kind]: text }, 0),
  },
];

/** JSON of any depth: what writes it is not what is tried here. */
function printed(json: unknown): string {
  try {
    return JSON.stringify(json) ?? "";
  } catch {
    return "[".repeat(20_000) + "]".repeat(20_000);
  }
}

/** Ends the servers behind the doors. */
export async function closeDoors(): Promise<void> {
  await (await cloud)?.close();
  replies.closeAllConnections();
  replies.close();
}
