import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import got from "got";

const SERVER = fileURLToPath(new URL("../local/iam/cli.ts", import.meta.url));

/** How many requests the server has got, by operation: "Key.create". */
export type RequestCounts = Readonly<Record<string, number>>;

/** The local IAM in a process of its own, so that what is measured does not share its event loop. */
export class BenchIam implements AsyncDisposable {
  /** What a program needs in its environment to use the server: an authorized key, as a pipeline has it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  /** An administrator's token. */
  readonly token: string;
  readonly #server: ChildProcess;

  private constructor(
    server: ChildProcess,
    administrator: Readonly<Record<string, string>>,
    keyFile: string,
  ) {
    const { YC_TOKEN: token = "", ...others } = administrator;
    this.#server = server;
    this.token = token;
    this.url = others.YC_ENDPOINT ?? "";
    this.environment = { ...others, YC_SERVICE_ACCOUNT_KEY_FILE: keyFile };
  }

  /** @param options as `local/iam/cli.ts` has them, such as `--latency-ms 20` */
  static async start(...options: string[]): Promise<BenchIam> {
    // Making RSA keys is the server's work, of which nothing is to be seen here.
    const server = spawn(process.execPath, [SERVER, "--rsa-key-pool", "4", ...options], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const administrator: Record<string, string> = {};
    for await (const line of createInterface({ input: server.stdout })) {
      const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) break;
      administrator[name] = value;
    }
    const { YC_ENDPOINT: url = "", YC_TOKEN: token = "" } = administrator;
    const api = got.extend({ prefixUrl: url, headers: { authorization: `Bearer ${token}` } });
    const { id: serviceAccountId } = await api
      .post("_local/serviceAccounts", { json: { name: "caller" } })
      .json<{ id: string }>();
    const { key, privateKey } = await api
      .post("iam/v1/keys", { json: { serviceAccountId } })
      .json<{ key: { id: string }; privateKey: string }>();
    const keyFile = { id: key.id, service_account_id: serviceAccountId, private_key: privateKey };
    return new BenchIam(server, administrator, JSON.stringify(keyFile));
  }

  async addServiceAccount(): Promise<string> {
    return (await got.post(`${this.url}/_local/serviceAccounts`, { json: {} }).json<{ id: string }>()).id;
  }

  async addUser(name: string): Promise<string> {
    await got.post(`${this.url}/_local/users`, { json: { name } });
    return name;
  }

  /** From now on it answers 429 to what is above that rate. */
  async limitRate(perSecond: number): Promise<void> {
    await got.post(`${this.url}/_local/rate`, { json: { perSecond } });
  }

  /** The requests that arrive while `work` is done. */
  async countedDuring(work: () => Promise<unknown>): Promise<RequestCounts> {
    const before = await this.#counts();
    await work();
    const after = await this.#counts();
    return Object.fromEntries(
      Object.entries(after)
        .map(([operation, count]) => [operation, count - (before[operation] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.exitCode !== null) return;
    const exited = once(this.#server, "exit");
    this.#server.kill();
    await exited;
  }

  async #counts(): Promise<RequestCounts> {
    return got(`${this.url}/_local/requestCounts`).json();
  }
}
