import type { Answer } from "../support/terminal.ts";
import type { Reader } from "./reader.ts";
import * as worlds from "./worlds.ts";

/** How the commands of a page are typed. */
export interface Page {
  readonly page: string;
  /** Makes what the page takes for granted, and says what stands for its placeholders. */
  readonly prepare: (reader: Reader) => Promise<Readonly<Record<string, string>>>;
  /** A section that another test takes. */
  readonly without?: string;
  /** Whether the commands within its text are typed, too. */
  readonly hasSpans?: boolean;
  /** Commands that end otherwise than with 0, as the page says, by how they begin. */
  readonly ends?: Readonly<Record<string, number>>;
  /** Commands that ask, by how they begin. */
  readonly asks?: Readonly<Record<string, readonly Answer[]>>;
  /** What the page says that is printed, and by which command, by how it begins. */
  readonly prints?: Readonly<Record<string, RegExp>>;
  /** Commands that come last, whatever their place on the page. */
  readonly last?: RegExp;
}

const INIT: readonly Answer[] = [
  ["[yandex:RotatingStaticAccessKey] ", "\n"],
  ["service account: ", "ajeabc1d2e3f4g5h6i7j\n"],
  ["[30d] ", "\n"],
  ["[7d] ", "\n"],
  ["[typescript] ", "\n"],
  ["[github] ", "\n"],
  ["y/N", "y\n"],
];

/** Pages about a first key, each with a project of its own. */
export const FIRST_KEYS: readonly Page[] = [
  {
    page: "README.md",
    prepare: worlds.programOfTheReadme,
    asks: { "npx --package pulumi-iam-keys iam-keys init": INIT },
    prints: { "npx iam-keys status": /^uploads +yandex:RotatingStaticAccessKey /m },
  },
  { page: "docs/_index.md", prepare: worlds.newProject },
  {
    page: "docs/languages.md",
    prepare: worlds.newProject,
    asks: {
      "npx --package pulumi-iam-keys iam-keys init --language python": INIT.filter(
        ([question]) => question !== "[typescript] ",
      ),
    },
  },
];

/** Pages about a stack in use, one after the other on the same one. */
export const IN_USE: readonly Page[] = [
  { page: "docs/status.md", prepare: worlds.stackInUse },
  { page: "docs/audit-log.md", prepare: worlds.emptyStack },
  { page: "docs/esc.md", prepare: worlds.certificate },
  {
    page: "docs/policy.md",
    prepare: worlds.stackInUse,
  },
  {
    page: "docs/scan.md",
    prepare: worlds.keysOfOthers,
    // The key of the local cloud's administrator is older than any policy allows.
    ends: { "npx iam-keys scan --folder": 2, "npx iam-keys scan --aws --unused": 2 },
  },
  {
    page: "docs/leaks.md",
    prepare: worlds.leakedKey,
    prints: {
      "npx iam-keys leak-webhook --stack production --plain-http -- sh": /^production: leak-\w+:primary$/m,
      "node --input-type=module": /^200 /,
    },
  },
  { page: "docs/pipelines.md", prepare: worlds.stackInUse, without: "From nothing" },
  {
    page: "docs/rotation.md",
    prepare: worlds.stackInUse,
    ends: { "npx iam-keys simulate --overlap 1h": 2 },
  },
  {
    page: "docs/sweep.md",
    prepare: worlds.leftovers,
    // What somebody uses, or carries no mark, stays until it is named.
    ends: { "npx iam-keys sweep": 2, "npx iam-keys sweep ajem11pueqi6dt67oeiq": 0 },
    asks: { "npx iam-keys sweep #": [["Delete this 1 key? y/N", "y\n"]] },
  },
  {
    page: "docs/troubleshooting.md",
    prepare: worlds.troubled,
    hasSpans: true,
    // Without an answer nothing is deleted.
    ends: { "npx iam-keys sweep": 2, "npx iam-keys sweep <id>": 0 },
    asks: { "npx iam-keys sweep <id>": [["y/N", "y\n"]] },
    last: /pulumi destroy/,
  },
];

/** Pages that a test of their own takes: tests/docs/tutorial.ts. */
export const TAKEN_ELSEWHERE: readonly string[] = ["docs/tutorial.md"];
