import { Option } from "commander";
import { BadUsage } from "../command.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable that can set an option of a server: "--tls-cert", IAM_KEYS_ESC_TLS_CERT. */
export function variableOf(prefix: string, flag: string): string {
  return `${prefix}_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** An option that the environment can set, too. Its help text says so. */
export function variableOption(prefix: string, flag: string, value: string, description: string): Option {
  const usage = value === "" ? `--${flag}` : `--${flag} <${value}>`;
  return new Option(usage, `${description} (${variableOf(prefix, flag)})`);
}

/** The options of a server: what the command line says, completed with what the environment does. */
export class Variables {
  readonly #prefix: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #environment: Environment;

  /** @param values by the names that the parser gives them: "tlsCert" */
  constructor(prefix: string, values: Readonly<Record<string, unknown>>, environment: Environment) {
    this.#prefix = prefix;
    this.#values = values;
    this.#environment = environment;
  }

  /** The name of the option in errors. */
  nameOf(flag: string): string {
    return `--${flag} (${variableOf(this.#prefix, flag)})`;
  }

  given(flag: string): string | undefined {
    const value = this.#values[flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    return value === undefined
      ? this.#environment[variableOf(this.#prefix, flag)] || undefined
      : String(value);
  }

  required(flag: string, example: string): string {
    const value = this.given(flag);
    if (value !== undefined) return value;
    throw new BadUsage(`${this.nameOf(flag)} is required, such as ${example}.`);
  }

  isOn(flag: string): boolean {
    const setting = this.given(flag) ?? "false";
    if (["true", "false"].includes(setting)) return setting === "true";
    throw new BadUsage(`${variableOf(this.#prefix, flag)} must be true or false.`);
  }
}
