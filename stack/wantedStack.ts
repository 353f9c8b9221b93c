/** The stack that a command line asks for. */
export interface WantedStack {
  readonly stack: string | undefined;
  /** The project's folder. */
  readonly cwd: string;
}
