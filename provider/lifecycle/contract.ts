import type { Properties } from "../kinds/kind.ts";

/** What the inputs of a resource came to. */
export interface Checked {
  /** The inputs, cleaned and stamped. */
  readonly inputs: Properties;
  /** Every reason why they cannot be used. */
  readonly problems: readonly string[];
}

/** What an `up` has to do to a resource, and because of which properties. */
export interface Difference {
  readonly replaces: readonly string[];
  readonly updates: readonly string[];
}

/** What a refresh found. */
export interface Found {
  readonly outputs: Properties;
  /** The inputs as they would read to give these outputs, where somebody changed the key elsewhere. */
  readonly inputs: Properties | undefined;
}

/** The life of a resource, whichever front door calls it. */
export interface Lifecycle {
  /** Checks the inputs, and the caller's settings, before any request. */
  check(oldInputs: Properties, news: Properties): Promise<Checked>;
  diff(id: string, outputs: Properties, inputs: Properties): Promise<Difference>;
  create(inputs: Properties): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** Undefined where nothing of it is left. */
  read(id: string, outputs: Properties): Promise<Found | undefined>;
  update(id: string, outputs: Properties, inputs: Properties): Promise<Properties>;
  delete(id: string, outputs: Properties): Promise<void>;
}
