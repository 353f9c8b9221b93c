import type { WantedStack } from "../../stack/wantedStack.ts";

/** What the command line asks for. */
export interface Options extends WantedStack {
  readonly file: string | undefined;
  readonly offline?: boolean;
  readonly json?: boolean;
}
