import { EngineFailure } from "./failure.ts";

type Flag = { readonly type: "boolean" | "string" | "number" | "list"; readonly short?: string };

/** Flags that every command takes. */
const globalFlags = {
  cwd: { type: "string", short: "C" },
  stack: { type: "string", short: "s" },
  color: { type: "string" },
  "non-interactive": { type: "boolean" },
  verbose: { type: "number", short: "v" },
} as const satisfies Record<string, Flag>;

/** Flags that the commands take which run a program or its providers. */
export const operationFlags = {
  yes: { type: "boolean", short: "y" },
  "skip-preview": { type: "boolean", short: "f" },
  diff: { type: "boolean" },
  json: { type: "boolean", short: "j" },
  refresh: { type: "boolean", short: "r" },
  "expect-no-changes": { type: "boolean" },
  parallel: { type: "number", short: "p" },
  "config-file": { type: "string" },
  debug: { type: "boolean", short: "d" },
  message: { type: "string", short: "m" },
  target: { type: "list", short: "t" },
  "target-dependents": { type: "boolean" },
  "suppress-outputs": { type: "boolean" },
  "suppress-progress": { type: "boolean" },
  "event-log": { type: "string" },
  // How and by what the Automation API calls: for the CLI's own records.
  "exec-kind": { type: "string" },
  "exec-agent": { type: "string" },
} as const satisfies Record<string, Flag>;

/** A command line taken apart. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly flags: Flags;
}

type FlagValue = string | boolean | readonly string[];

/** The flags that were given, each read as what it is. */
export class Flags {
  readonly #values: ReadonlyMap<string, FlagValue>;

  constructor(values: ReadonlyMap<string, FlagValue>) {
    this.#values = values;
  }

  has(name: string): boolean {
    const value = this.#values.get(name);
    return value !== undefined && value !== false;
  }

  /** What a switch was set to, if it was given at all. */
  boolean(name: string): boolean | undefined {
    const value = this.#values.get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }

  number(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : Number(value);
  }

  /** Fails, naming the flag, when one was given that is not among those the command takes. */
  allowOnly(names: Iterable<string>): void {
    const allowed = new Set([...Object.keys(globalFlags), ...names]);
    for (const name of this.#values.keys()) {
      if (!allowed.has(name)) throw new EngineFailure(`unknown flag: --${name}`);
    }
  }
}

const knownFlags: Readonly<Record<string, Flag>> = {
  ...globalFlags,
  ...operationFlags,
  "show-secrets": { type: "boolean" },
  file: { type: "string" },
  secret: { type: "boolean" },
  plaintext: { type: "boolean" },
  force: { type: "boolean" },
  path: { type: "boolean" },
  "secrets-provider": { type: "string" },
  create: { type: "boolean", short: "c" },
  "preview-only": { type: "boolean" },
  "clear-pending-creates": { type: "boolean" },
  "skip-pending-creates": { type: "boolean" },
  page: { type: "number" },
  "page-size": { type: "number" },
};

/** Takes a command line apart; flags may stand anywhere, `--` ends them. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const words: string[] = [];
  const values = new Map<string, FlagValue>();
  const set = (name: string, value: string | boolean) => {
    const earlier = values.get(name);
    const isList = knownFlags[name]?.type === "list";
    values.set(name, isList ? [...(Array.isArray(earlier) ? earlier : []), String(value)] : value);
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      words.push(...rest.splice(0));
    } else if (arg.startsWith("--")) {
      const [name = "", ...given] = arg.slice(2).split("=");
      set(
        name,
        readValue(`--${name}`, knownFlags[name], given.length > 0 ? given.join("=") : undefined, rest),
      );
    } else if (arg.startsWith("-") && arg.length > 1) {
      const [name, flag] = Object.entries(knownFlags).find(([, { short }]) => short === arg[1]) ?? [];
      const given = arg.slice(2).replace(/^=/, "");
      if (name === undefined) throw new EngineFailure(`unknown shorthand flag: '${arg[1]}' in ${arg}`);
      set(name, readValue(`-${arg[1]}`, flag, given === "" ? undefined : given, rest));
    } else {
      words.push(arg);
    }
  }
  return { words, flags: new Flags(values) };
}

function readValue(
  shown: string,
  flag: Flag | undefined,
  given: string | undefined,
  rest: string[],
): string | boolean {
  if (flag === undefined) throw new EngineFailure(`unknown flag: ${shown}`);
  if (flag.type === "boolean") return given === undefined || given === "true";
  const value = given ?? rest.shift();
  if (value === undefined) throw new EngineFailure(`flag needs an argument: ${shown}`);
  if (flag.type === "number" && !/^\d+$/.test(value)) {
    throw new EngineFailure(`invalid argument "${value}" for "${shown}" flag: expected a number`);
  }
  return value;
}
