import type { Options } from "../options.ts";
import type { Row } from "../row.ts";

/** Something that gives lines of the table. */
export interface Measure {
  /** By which --only chooses it. */
  readonly name: string;
  /** It runs the Pulumi CLI. */
  readonly onCli?: boolean;
  run(options: Options): Promise<readonly Row[]>;
}
