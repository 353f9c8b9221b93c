/** A fault of the product itself, put in from outside: the harness must notice it. */
export interface Mutant {
  /** The compiled module, under dist/provider. */
  readonly module: string;
  readonly changes: readonly { readonly replace: RegExp; readonly by: string }[];
}

const mutant = (module: string, ...changes: readonly [RegExp, string][]): Mutant => ({
  module,
  changes: changes.map(([replace, by]) => ({ replace, by })),
});

const isLost = /const own = this\.newest \?\? this\.#next;/;

export const MUTANTS = {
  /** What an interrupted run has made is never found. */
  leavesTrials: mutant("lifecycle/keyMarks.js", [isLost, "return false; $&"]),
  /** Any key that carries the resource's name is deleted. */
  sweepsByName: mutant("lifecycle/keyMarks.js", [isLost, "return true; $&"]),
  /** A key of the same instance is deleted though it may have been handed out. */
  sweepsHandedOut: mutant("lifecycle/keyMarks.js", [isLost, "$& return instance === own?.instance;"]),
  /** With a key that nobody has goes what was delivered of another one. */
  discardWithdraws: mutant("lifecycle/ownKeys.js", [
    /this\.owner\.know\(id\);\s*\}\s*\/\*\* Says, once in a run/,
    "await this.kind.withdraw?.(this.session, account); $&",
  ]),
  /** What is left over is not named. */
  namesNothing: mutant("lifecycle/leftBehind.js", [
    /function warnOfLeftovers\(own, leftovers = \[\]\) \{/,
    "$& return;",
  ]),
  /** A rotation deletes the key that is in use, and then makes the new one. */
  deletesCurrent: mutant("lifecycle/rotation.js", [
    /const adopted = await .*adoptKey/,
    "if (current) await this.#own.kind.delete(this.#own.session, current.id, current); $&",
  ]),
  /** An order deletes the previous key, and then makes the new one. */
  ordersBackwards: mutant("lifecycle/rotation.js", [/if \(kind\.requireRoom\)/, "if (true)"]),
  /** A key is given out untried. */
  untried: mutant("lifecycle/makeKey.js", [
    /const refusal = await .*verifyKey\)?\(.*\);/,
    "const refusal = undefined;",
  ]),
  /** A key is given out while the server says that it is on trial. */
  givesOutOnTrial: mutant("lifecycle/makeKey.js", [
    /if \(outputs\[.*MARK\] === made\.outputs\[.*MARK\]\)/,
    "if (true)",
  ]),
  /** One success is taken for propagation. */
  oneSuccess: mutant("lifecycle/verifyKey.js", [/works >= \(successes.*\)\)/, "works >= 1)"]),
  /** What a list does not show is gone. */
  believesLists: mutant("api/yandexIam.js", [/: this\.get\(collection, id, schema\)/, ": undefined"]),
  /** A replacement deletes the key whose place it takes, before anybody has the new one. */
  createDeletes: mutant("lifecycle/replacingLifecycle.js", [
    /const own = .*OwnKeys\.ofNew\(.*\);/,
    `$&
     const { mark } = own.owner.predecessor ?? {};
     const { keys } = (mark && (await this.#kind.list?.(this.#session, asked, "now"))) || { keys: [] };
     for (const key of keys) if (key.description.endsWith(mark + "]")) await own.discard(key.id, asked, "");`,
  ]),
  /** A key that somebody made inactive is made active again. */
  reversesQuarantine: mutant(
    "kinds/awsAccessKey.js",
    [/leftAlone: \["status"\]/, "leftAlone: []"],
    [/status: wanted = held\.status/, 'status: wanted = "Active"'],
  ),
  /** A previous key goes before its overlap is over. */
  retiresEarly: mutant("rotation/retirement.js", [/after\(replacedAt, overlap\)/, 'after(replacedAt, "0s")']),
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof MUTANTS;
