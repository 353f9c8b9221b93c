import type { Properties } from "../kinds/kind.ts";
import { keepSecretsIn } from "../redact.ts";
import type { Session } from "../session.ts";
import { AccountedLifecycle } from "./accountedLifecycle.ts";
import type { RotatingLifecycle } from "./rotatingLifecycle.ts";

/** The same for a caller that rotates on request, and has no policy. */
export class AccountedRotation extends AccountedLifecycle {
  readonly #lifecycle: RotatingLifecycle;

  constructor(type: string, lifecycle: RotatingLifecycle, session: Session) {
    super(type, lifecycle, session);
    this.#lifecycle = lifecycle;
  }

  rotate(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    keepSecretsIn(outputs);
    return this.accounted("rotate", () => this.#lifecycle.rotate(id, outputs, inputs));
  }
}
