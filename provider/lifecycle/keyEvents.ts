import type { AuditEvent } from "../audit/auditEvent.ts";
import { inSpan } from "../audit/spans.ts";
import { IamKeysError, messageOf, PartialFailure, UnusableKey } from "../errors.ts";
import type { Session } from "../session.ts";
import { compact } from "./properties.ts";

type Event = AuditEvent["event"];
type Facts = Pick<AuditEvent, "keyId" | "previousKeyId" | "step" | "reason" | "code" | "durationMs">;

/** Records what happens to the keys of one resource, step by step. */
export class KeyEvents {
  readonly #session: Session;
  readonly #resource: Pick<AuditEvent, "type" | "owner">;

  /** @param owner "project/stack/name", where `sdk` gave it */
  constructor(session: Session, type: string, owner: string | undefined) {
    this.#session = session;
    this.#resource = { type, owner };
  }

  /** Records something that took no time of its own. */
  happened(event: Event, facts: Facts): void {
    this.#session.audit.write({ event, ...this.#resource, ...facts });
  }

  /**
   * Takes a step in a span of its own, and records it: as its event, or as refused.
   *
   * @param learned what is known only after the step
   */
  async step<Result>(
    event: Event,
    facts: Facts & { readonly step: NonNullable<Facts["step"]> },
    work: () => Promise<Result>,
    learned: (result: Result) => Facts = () => ({}),
  ): Promise<Result> {
    const begun = performance.now();
    const durationMs = () => Math.round(performance.now() - begun);
    try {
      const result = await inSpan(facts.step, this.#attributes(facts), work);
      this.happened(event, { ...facts, ...learned(result), durationMs: durationMs() });
      return result;
    } catch (error) {
      const code = error instanceof IamKeysError ? error.code : undefined;
      const known =
        error instanceof UnusableKey || error instanceof PartialFailure ? { keyId: error.id } : {};
      const reason = messageOf(error);
      this.happened("refused", { ...facts, ...known, reason, code, durationMs: durationMs() });
      throw error;
    }
  }

  #attributes({ keyId, reason }: Facts) {
    const { type, owner } = this.#resource;
    return compact({
      "iam_keys.type": type,
      "iam_keys.owner": owner,
      "iam_keys.key_id": keyId,
      "iam_keys.reason": reason,
    }) as Record<string, string>;
  }
}
