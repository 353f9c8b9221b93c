import { createHmac } from "node:crypto";
import { type Agents, createAgents } from "../api/agents.ts";
import { IamKeysError } from "../errors.ts";
import { Opaque } from "../opaque.ts";
import type { Ports } from "../ports.ts";
import { keepSecret } from "../redact.ts";
import type { Setting } from "../settings.ts";
import { VERSION } from "../version.ts";

/** How long one delivery may take, with its retries. */
const TIMEOUT_MS = 5_000;
/** The most lines of one delivery. */
const LARGEST_BATCH = 500;

/**
 * A webhook that takes events as lines of JSON, signed after https://www.standardwebhooks.com: HMAC-SHA256 over the
 * delivery's id, its time and the body. What comes while a delivery is under way goes with the next one, in order.
 */
export class Webhook extends Opaque {
  readonly name: string;
  readonly #url: URL;
  readonly #key: Buffer;
  readonly #ports: Ports;
  readonly #agents: Agents;
  readonly #lines: string[] = [];
  #delivery: Promise<void> | undefined;

  constructor(url: URL, key: Buffer, ports: Ports) {
    super();
    // A path or a query may hold a token.
    this.name = `the webhook at ${url.host}`;
    this.#url = url;
    this.#key = key;
    this.#ports = ports;
    this.#agents = createAgents(url.href, ports.environment);
  }

  write(line: string): void {
    this.#lines.push(line);
  }

  rest(): readonly string[] {
    return this.#lines;
  }

  /** Delivers what there is; who asks while another one does waits for the same. */
  flush(): Promise<void> {
    this.#delivery ??= this.#deliverAll().finally(() => {
      this.#delivery = undefined;
    });
    return this.#delivery;
  }

  async #deliverAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const batch = this.#lines.slice(0, LARGEST_BATCH);
      await this.#deliver(`${batch.join("\n")}\n`);
      this.#lines.splice(0, batch.length);
    }
  }

  async #deliver(body: string): Promise<void> {
    const id = `msg_${this.#ports.uuid()}`;
    const time = Math.floor(this.#ports.now() / 1000);
    const signature = createHmac("sha256", this.#key).update(`${id}.${time}.${body}`).digest("base64");
    const { default: got } = await import("got");
    const { statusCode } = await got.post(this.#url, {
      agent: this.#agents,
      body,
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
      timeout: { request: TIMEOUT_MS },
      headers: {
        "content-type": "application/x-ndjson",
        "user-agent": `pulumi-iam-keys/${VERSION}`,
        "webhook-id": id,
        "webhook-timestamp": String(time),
        "webhook-signature": `v1,${signature}`,
      },
    });
    if (statusCode >= 300) throw Object.assign(new Error("not taken"), { code: `HTTP ${statusCode}` });
  }
}

/** The bytes of a key in the form that standardwebhooks.com gives it: "whsec_" and 24 to 64 bytes in base64. */
export function signingKey({ value, source }: Setting): Buffer {
  const text = value.trim();
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const key = Buffer.from(base64 ?? "", "base64");
  if (key.length < 24 || key.length > 64) {
    throw new IamKeysError("INVALID_CONFIG", `${source} must be "whsec_" and 24 to 64 bytes in base64.`, {
      hint: 'For example the output of: echo "whsec_$(openssl rand -base64 32)"',
    });
  }
  keepSecret(text);
  return key;
}
