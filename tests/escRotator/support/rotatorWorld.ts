import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { escRotatorCommand } from "../../../cli/escRotator/command.ts";
import { readOptions } from "../../../cli/escRotator/options.ts";
import { startServer } from "../../../cli/escRotator/server.ts";
import type { OpenServer } from "../../../cli/http/server.ts";
import type { LocalIam } from "../../../local/iam/index.ts";
import { startForTest } from "../../../local/iam/tests/startForTest.ts";
import type { Properties } from "../../../provider/kinds/kind.ts";
import { type FakePorts, fakePorts } from "../../support/fakePorts.ts";
import { parsed } from "../../support/parsed.ts";

/** The address that the environments have; a proxy is before it. */
export const URL_OF_ROTATOR = "https://my-adapter.example.com/rotate-credentials";
export const SUBJECT = "pulumi:environments:org:acme-corp:env:prod";

/** What the documentation says of a token beside its subject, audience and times. */
const CLAIMS = {
  org: "acme-corp",
  env: "prod",
  current_env: "acme-corp/prod",
  root_env: "acme-corp/base",
  trigger_user: "alice",
};

/** An answer of the rotator. */
export interface Answer {
  readonly status: number;
  readonly body: Properties & {
    readonly id: string;
    readonly error?: string;
    readonly previous?: Properties;
  };
}

/** "sha256-<base64>", as the claim `body_hash` has it. */
export const hashOf = (body: string) => `sha256-${createHash("sha256").update(body).digest("base64")}`;

/** A rotator over the local IAM, whose issuer speaks for Pulumi Cloud. */
export class RotatorWorld {
  readonly iam: LocalIam;
  readonly ports: FakePorts;
  readonly #args: readonly string[];
  /** Everything that the rotator has said. */
  readonly log: string[] = [];
  /** Where the rotator keeps what it must not forget. */
  readonly stateFolder: string;
  #server: OpenServer | undefined;

  private constructor(iam: LocalIam, args: readonly string[], stateFolder: string) {
    this.iam = iam;
    this.stateFolder = stateFolder;
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, ...environment } = iam.environment;
    // The AWS SDK reads it in the environment of the process alone; a test has one server.
    process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
    const config = { "aws:accessKey": AWS_ACCESS_KEY_ID, "aws:secretKey": AWS_SECRET_ACCESS_KEY };
    this.ports = fakePorts({ environment, config });
    this.#args = args;
  }

  static async start(
    t: TestContext,
    {
      args = ["--allow=acme-corp/default/*"],
      iam,
      stateFolder,
    }: { args?: readonly string[]; iam?: LocalIam; stateFolder?: string } = {},
  ): Promise<RotatorWorld> {
    const folder = stateFolder ?? (await mkdtemp(path.join(tmpdir(), "iam-keys-rotator-")));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const world = new RotatorWorld(iam ?? (await startForTest(t, { rsaKeyPool: 2 })), args, folder);
    await world.restart();
    t.after(() => world.server.close());
    return world;
  }

  get server(): OpenServer {
    return this.#server ?? assert.fail("it is not started");
  }

  get address(): string {
    return `http://127.0.0.1:${this.server.port}/rotate-credentials`;
  }

  /** Ends the rotator, and starts another one. */
  async restart(): Promise<void> {
    await this.#server?.close();
    const { url } = this.iam;
    const own = ["--plain-http", "--port=0", `--issuer=${url}`, `--jwks-url=${url}/oidc/keys`];
    own.push(`--state=${this.stateFolder}`);
    const args = [...own, `--url=${URL_OF_ROTATOR}`, ...this.#args];
    this.#server = await startServer(
      readOptions(parsed(escRotatorCommand, args), {}),
      this.ports,
      (line) => void this.log.push(line),
    );
  }

  /** A token for this body, as Pulumi Cloud makes one. */
  token(body: string, { subject = SUBJECT, audience = URL_OF_ROTATOR, ...others } = {}): Promise<string> {
    const claims = { ...CLAIMS, body_hash: hashOf(body), ...others };
    return this.iam.oidcToken({ subject, audience, claims });
  }

  async post(body: string, token: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(this.address, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      body,
    });
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }

  /** One rotation as the environment asks for it. */
  async call(request: Properties, state: Properties | null, claims: object = {}): Promise<Answer> {
    const body = JSON.stringify({ request, state });
    return this.post(body, await this.token(body, claims));
  }

  /** The same, which is to succeed. */
  async rotate(request: Properties, state: Properties | null): Promise<Answer["body"]> {
    const { status, body } = await this.call(request, state);
    assert.equal(status, 200, JSON.stringify(body.error));
    return body;
  }

  /** The same, which is to fail; gives the reason. */
  async refused(status: number, request: Properties, state: Properties | null): Promise<string> {
    const answer = await this.call(request, state);
    assert.equal(answer.status, status, answer.body.error);
    assert.deepEqual(Object.keys(answer.body), ["error"]);
    return String(answer.body.error);
  }

  /** What a static key of the service account is asked for with. */
  get staticKey() {
    return { kind: "yandex:StaticAccessKey", name: "uploads", serviceAccountId: this.iam.serviceAccountId };
  }

  get awsKey() {
    return { kind: "aws:AccessKey", name: "mailer", userName: this.iam.userName };
  }

  /** The ids of all keys of the account, tokens aside. */
  idsOf(account = this.iam.serviceAccountId): string[] {
    const keys = this.iam.keys().filter(({ kind, owner }) => kind !== "yandex:IamToken" && owner === account);
    return keys.map(({ id }) => id).sort();
  }

  /** Asserts that the account has these keys and no others. */
  assertKeys(ids: readonly (string | undefined)[], account = this.iam.serviceAccountId): void {
    assert.deepEqual(this.idsOf(account), [...ids].sort());
  }

  /** Asserts that nothing of what was said, or is given, holds a secret. */
  assertSilent(...more: readonly unknown[]): void {
    const said = JSON.stringify([this.log, this.ports.warnings, more]);
    for (const secret of this.iam.secrets()) assert.ok(!said.includes(JSON.stringify(secret).slice(1, -1)));
  }
}
