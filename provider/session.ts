import { AwsIam } from "./api/awsIam.ts";
import { AwsSecrets } from "./api/awsSecrets.ts";
import { YandexIam } from "./api/yandexIam.ts";
import { AuditLog } from "./audit/auditLog.ts";
import { Opaque } from "./opaque.ts";
import { Owners } from "./owners.ts";
import type { Ports } from "./ports.ts";
import { keepSecret } from "./redact.ts";

/**
 * What one process shares over all its resources: the clients, and with them the caller's token; and what
 * it has seen of each resource so far.
 */
export class Session extends Opaque {
  readonly ports: Ports;
  readonly owners = new Owners();
  readonly #adoptedSecrets = new Map<string, string>();
  #audit: AuditLog | undefined;
  #yandex: YandexIam | undefined;
  #aws: AwsIam | undefined;
  #awsSecrets: AwsSecrets | undefined;

  constructor(ports: Ports) {
    super();
    this.ports = ports;
  }

  /** What becomes of keys, written down; throws if its settings are wrong. */
  get audit(): AuditLog {
    this.#audit ??= new AuditLog(this.ports);
    return this.#audit;
  }

  /** The Yandex Cloud IAM API; throws if its settings are wrong. */
  get yandex(): YandexIam {
    this.#yandex ??= new YandexIam(this.ports);
    return this.#yandex;
  }

  /** The AWS IAM API; throws if its settings are wrong. */
  get aws(): AwsIam {
    this.#aws ??= new AwsIam(this.ports);
    return this.#aws;
  }

  /** Keeps the secret of a key that will be adopted, from the check to the create. */
  holdAdoptedSecret(id: string, secret: string): void {
    keepSecret(secret);
    this.#adoptedSecrets.set(id, secret);
  }

  adoptedSecret(id: string): string | undefined {
    return this.#adoptedSecrets.get(id);
  }

  /** The earlier of what this machine's clock and the servers' say, as far as they have answered: for what must not end early. */
  earliestNow(): number {
    return this.ports.now() - Math.max(this.aheadMs ?? 0, 0);
  }

  /** The later of the two: for what begins now, and must last. An answer out of a cache says an old time. */
  latestNow(): number {
    return this.ports.now() - Math.min(this.aheadMs ?? 0, 0);
  }

  /** By how much this machine's clock is ahead of the servers'; undefined before they have answered. */
  get aheadMs(): number | undefined {
    return this.#yandex?.clock.aheadMs ?? this.#aws?.requests.clock.aheadMs;
  }

  /** AWS Secrets Manager; throws if the settings are wrong. */
  get awsSecrets(): AwsSecrets {
    this.#awsSecrets ??= new AwsSecrets(this.ports, this.aws);
    return this.#awsSecrets;
  }
}
