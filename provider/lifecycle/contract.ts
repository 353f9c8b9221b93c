import type { Properties } from "../kinds/kind.ts";
import type { Outlook } from "../rotation/outlook.ts";

/** The result of a check. */
export interface Checked {
  /** What the program wrote, cleaned. */
  readonly inputs: Properties;
  /** Every reason why they cannot be used. */
  readonly problems: readonly string[];
}

/** What an `up` does to a resource, and the properties that are the reason. */
export interface Difference {
  readonly replaces: readonly string[];
  readonly updates: readonly string[];
  /** What happens to the key that is in use; undefined if it stays as it is. */
  readonly outlook: Outlook | undefined;
}

/** What a refresh found. */
export interface Found {
  readonly outputs: Properties;
  /** The inputs that would give these outputs, if somebody changed the key elsewhere. */
  readonly inputs: Properties | undefined;
}

/** The life of a resource, whichever front door calls it. */
export interface Lifecycle {
  /** Checks the inputs, and the caller's settings, before any request. */
  check(oldInputs: Properties, news: Properties): Promise<Checked>;
  diff(id: string, outputs: Properties, inputs: Properties): Promise<Difference>;
  create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** Undefined if nothing of it is left. */
  read(id: string, outputs: Properties): Promise<Found | undefined>;
  update(id: string, outputs: Properties, inputs: Properties): Promise<Properties>;
  delete(id: string, outputs: Properties): Promise<void>;
}
