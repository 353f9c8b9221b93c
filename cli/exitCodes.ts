/** The one scheme of exit codes, for every command. */
export const EXIT = { fine: 0, failed: 1, found: 2, person: 3, unseen: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code says, whatever the command, and what to do next; docs/commands.md has this table. */
export const EXIT_CODES: Readonly<Record<ExitCode, { readonly means: string; readonly next: string }>> = {
  0: { means: "All is well.", next: "Nothing." },
  1: { means: "The command failed, and may succeed the next time.", next: "Run it again." },
  2: { means: "Something is due, or was found.", next: "Look at the report." },
  3: { means: "A person is needed. Until then, running it again does not help.", next: "Tell somebody." },
  4: {
    means: "The command could not look, or not everywhere: wrong passphrase, no access, no network.",
    next: "Treat the report as incomplete, and tell somebody if the code persists.",
  },
};

/** The order of the codes if several apply: what was not seen may be worse than all that was. */
const BY_WEIGHT: readonly ExitCode[] = [EXIT.unseen, EXIT.person, EXIT.failed, EXIT.found];

/** The code of a command to which these apply. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return BY_WEIGHT.find((code) => codes.includes(code)) ?? EXIT.fine;
}
