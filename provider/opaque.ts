import { inspect } from "node:util";

/** What holds secrets: however it is printed, it shows its name and nothing else. */
export abstract class Opaque {
  [inspect.custom](): string {
    return this.constructor.name;
  }

  toJSON(): string {
    return this.constructor.name;
  }
}
