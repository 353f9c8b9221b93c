import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { type LocalIam, type ServiceAccountKeyFile, startLocalIam } from "../../local/iam/index.ts";
import { YandexIam } from "../../provider/api/yandexIam.ts";
import { type FakePorts, fakePorts } from "../support/fakePorts.ts";

export const MINUTE_MS = 60_000;
export const OAUTH_TOKEN = "y0_canary-of-an-oauth-token-0123456789";

/** What the federation of the stand-in trusts. */
export const CLAIMS = { subject: "repo:acme/site:ref:refs/heads/main", audience: "https://github.com/acme" };

export interface Settings {
  readonly config?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Who made the machine, as its firmware says. */
  readonly vendor?: string;
}

/** A cloud, a home folder, and what callers of every way in need of them. The clocks are one. */
export interface CallerWorld extends AsyncDisposable {
  readonly iam: LocalIam;
  readonly folder: string;
  /** An authorized key of the cloud's first service account. */
  keyFile(): Promise<ServiceAccountKeyFile>;
  /** A token of the issuer that the cloud trusts. */
  oidcToken(): Promise<string>;
  /** Milliseconds since the epoch, for the test to move. */
  time: number;
  /** The API as a caller with these settings sees it. */
  caller(settings: Settings): { readonly api: YandexIam; readonly ports: FakePorts };
  /** Writes the yc CLI's config file into the home folder. */
  writeProfiles(config: unknown): Promise<void>;
  /** The operations that the cloud has served, in order. */
  operations(): string[];
  /** Whose tokens there are, without that of the administrator. */
  tokenOwners(): string[];
}

export async function startCallerWorld(): Promise<CallerWorld> {
  let time = Math.floor(Date.now() / 1000) * 1000;
  const iam = await startLocalIam({ now: () => new Date(time), yandexPassportOauthToken: OAUTH_TOKEN });
  iam.addFederatedCredential({ serviceAccountId: iam.serviceAccountId, ...CLAIMS });
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-callers-"));
  const clis = path.join(folder, ".config", "yandex-cloud");
  let key: Promise<ServiceAccountKeyFile> | undefined;
  return {
    iam,
    folder,
    keyFile: () => {
      key ??= iam.serviceAccountKeyFile(iam.serviceAccountId);
      return key;
    },
    oidcToken: () => iam.oidcToken({ ...CLAIMS, ttlMs: 24 * 60 * MINUTE_MS }),
    get time() {
      return time;
    },
    set time(value) {
      time = value;
    },
    caller({ config = {}, environment = {}, vendor }) {
      const ports = fakePorts({
        config,
        environment: { HOME: folder, YC_ENDPOINT: iam.url, YC_METADATA_ADDR: iam.url, ...environment },
      });
      Object.assign(ports, { now: () => time, machineVendor: () => vendor });
      return { api: new YandexIam(ports), ports };
    },
    async writeProfiles(config) {
      await mkdir(clis, { recursive: true });
      const text = typeof config === "string" ? config : stringify(config);
      await writeFile(path.join(clis, "config.yaml"), text);
    },
    operations: () => iam.requests.map(({ operation }) => operation),
    tokenOwners: () =>
      iam
        .keys()
        .filter(({ kind }) => kind === "yandex:IamToken")
        .map(({ owner }) => owner),
    async [Symbol.asyncDispose]() {
      await iam.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Named = Readonly<Record<string, string>> | undefined;

/** One way in of the table in docs/credentials.md. */
export interface WayIn {
  /** Settings of the stack's configuration that name it; undefined where it has no setting. */
  config(world: CallerWorld): Promise<Named> | Named;
  /** The same in the environment. */
  environment(world: CallerWorld): Promise<Named> | Named;
  /** What else has to be so. */
  prepare?(world: CallerWorld): Promise<Pick<Settings, "environment" | "vendor"> | undefined>;
  /** The requests by which one token is made. */
  readonly mint: readonly string[];
  /** Whose token it is. */
  owner(world: CallerWorld): string;
  readonly origin: RegExp;
}

const account = ({ iam }: CallerWorld) => iam.serviceAccountId;

/** Every row of the table, under its name there and in its order. */
export const WAYS_IN: Readonly<Record<string, WayIn>> = {
  "IAM token": {
    config: ({ iam }) => ({ "yandex:token": iam.environment.YC_TOKEN }),
    environment: ({ iam }) => ({ YC_TOKEN: iam.environment.YC_TOKEN }),
    mint: [],
    owner: ({ iam }) => iam.callerId,
    origin: /(yandex:token|YC_TOKEN)$/,
  },
  "authorized key": {
    config: async ({ keyFile }) => ({ "yandex:serviceAccountKeyFile": JSON.stringify(await keyFile()) }),
    environment: async ({ keyFile }) => ({ YC_SERVICE_ACCOUNT_KEY_FILE: JSON.stringify(await keyFile()) }),
    mint: ["IamToken.create"],
    owner: account,
    origin: /(yandex:serviceAccountKeyFile|YC_SERVICE_ACCOUNT_KEY_FILE)$/,
  },
  "OAuth token": {
    config: () => ({ "yandex:oauthToken": OAUTH_TOKEN }),
    environment: () => ({ YC_OAUTH_TOKEN: OAUTH_TOKEN }),
    mint: ["IamToken.create"],
    owner: ({ iam }) => iam.callerId,
    origin: /(yandex:oauthToken|YC_OAUTH_TOKEN)$/,
  },
  "workload identity federation": {
    config: (world) => ({ "yandex:federatedServiceAccountId": account(world) }),
    environment: (world) => ({ YC_FEDERATED_SERVICE_ACCOUNT_ID: account(world) }),
    prepare: async ({ oidcToken }) => ({
      environment: { YC_OIDC_TOKEN_VARIABLE: "CLOUD_TOKEN", CLOUD_TOKEN: await oidcToken() },
    }),
    mint: ["oauth:ExchangeToken"],
    owner: account,
    origin: /^environment variable CLOUD_TOKEN$/,
  },
  "metadata service": {
    config: () => ({ "yandex:metadata": "true" }),
    environment: () => ({ YC_METADATA: "true" }),
    mint: ["metadata:Token"],
    owner: account,
    origin: /^the service account of this VM$/,
  },
  "profile of the yc CLI": {
    config: () => ({ "yandex:profile": "ops" }),
    environment: () => ({ YC_PROFILE: "ops" }),
    prepare: async (world) => {
      await world.writeProfiles({
        current: "other",
        profiles: { ops: { token: OAUTH_TOKEN }, other: { token: "t1.nobody" } },
      });
      return undefined;
    },
    mint: ["IamToken.create"],
    owner: ({ iam }) => iam.callerId,
    origin: /^profile "ops" in .*config\.yaml$/,
  },
  "the VM's own account": {
    config: () => undefined,
    environment: () => undefined,
    prepare: async () => ({ vendor: "Yandex" }),
    mint: ["metadata:Token"],
    owner: account,
    origin: /^the service account of this VM$/,
  },
  "current profile of the yc CLI": {
    config: () => undefined,
    environment: () => undefined,
    prepare: async (world) => {
      await world.writeProfiles({
        current: "ops",
        profiles: { ops: { "service-account-key": await world.keyFile() }, other: { token: "t1.nobody" } },
      });
      return undefined;
    },
    mint: ["IamToken.create"],
    owner: account,
    origin: /^profile "ops" in .*config\.yaml$/,
  },
};
