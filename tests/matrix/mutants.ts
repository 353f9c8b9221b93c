/** A fault of the product itself, put in from outside: the harness must notice it. */
export interface Mutant {
  /** The compiled module, under dist/provider. */
  readonly module: string;
  readonly replace: RegExp;
  readonly by: string;
}

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  /** What a run has lost is never found. */
  noOrphans: {
    module: "lifecycle/orphans.js",
    replace: /ids: strays\.filter\(.*$/m,
    by: "ids: [],",
  },
  /** A key is given out untried. */
  untried: {
    module: "lifecycle/verifyKey.js",
    replace: /if \(verification === "works"\)/,
    by: "if (true)",
  },
  /** A rotation deletes the key that is in use, and then makes the new one. */
  deletesFirst: {
    module: "lifecycle/rotation.js",
    replace: /const adopted = await adoptKey/,
    by: "if (current) await this.#own.kind.delete(this.#own.session, current.id, current); $&",
  },
};
