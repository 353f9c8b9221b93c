import { inSpan } from "../audit/spans.ts";
import type { Properties } from "../kinds/kind.ts";
import { keepSecretsIn } from "../redact.ts";
import type { Session } from "../session.ts";
import type { Checked, Difference, Found, Lifecycle } from "./contract.ts";

/**
 * Puts each call of a lifecycle into a span, and delivers its audit events before the call returns: the engine may end
 * the process right after.
 */
export class AccountedLifecycle implements Lifecycle {
  readonly #type: string;
  readonly #lifecycle: Lifecycle;
  readonly #session: Session;

  constructor(type: string, lifecycle: Lifecycle, session: Session) {
    this.#type = type;
    this.#lifecycle = lifecycle;
    this.#session = session;
  }

  check(oldInputs: Properties, news: Properties): Promise<Checked> {
    return this.#lifecycle.check(oldInputs, news);
  }

  diff(id: string, outputs: Properties, inputs: Properties): Promise<Difference> {
    keepSecretsIn(outputs);
    return this.#lifecycle.diff(id, outputs, inputs);
  }

  create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }> {
    return this.accounted("create", () => this.#lifecycle.create(inputs));
  }

  read(id: string, outputs: Properties): Promise<Found | undefined> {
    keepSecretsIn(outputs);
    return this.accounted("read", () => this.#lifecycle.read(id, outputs));
  }

  update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    keepSecretsIn(outputs);
    return this.accounted("update", () => this.#lifecycle.update(id, outputs, inputs));
  }

  delete(id: string, outputs: Properties): Promise<void> {
    keepSecretsIn(outputs);
    return this.accounted("delete", () => this.#lifecycle.delete(id, outputs));
  }

  protected async accounted<Result>(operation: string, work: () => Promise<Result>): Promise<Result> {
    // Refuses wrong settings before any work, because no check precedes a refresh or a destroy.
    const { audit } = this.#session;
    try {
      return await inSpan(`${operation} ${this.#type}`, { "iam_keys.type": this.#type }, work);
    } finally {
      await audit.flush();
    }
  }
}
