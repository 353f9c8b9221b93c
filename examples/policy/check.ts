/** The policy for a stack that was exported: needs no server, no Pulumi CLI and none of the stack's secrets. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  ageViolations,
  DEFAULT_LIMITS,
  type Limits,
  rotationViolations,
  type StackResource,
} from "./rules.ts";

const USAGE = `Usage: pulumi stack export | node check.ts [options] [file]

Looks for keys of pulumi-iam-keys that are too old, or that nothing rotates in time. Reads what \`pulumi stack export\`
has written to the file, or standard input.

  --max-age <days>    how old a key may be (${DEFAULT_LIMITS.maxAgeDays})
  --except <pattern>  leaves resources of this name alone; * stands for any characters. May be given several times
  --level <level>     mandatory (the default), advisory (says it, and ends with 0) or disabled

Ends with 0 where all is right, 1 where something is not, and 2 where it could not look.`;

const LEVELS = ["mandatory", "advisory", "disabled"] as const;

class BadInput extends Error {}

function main(args: readonly string[]): number {
  const { values, positionals } = optionsOf(args);
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const limits = { maxAgeDays: daysIn(values["max-age"]), except: values.except ?? DEFAULT_LIMITS.except };
  const { level = "mandatory" } = values;
  if (!LEVELS.some((each) => each === level))
    throw new BadInput(`--level must be ${LEVELS.join(", ")}, not "${level}".`);
  if (positionals.length > 1) throw new BadInput("There is one file at most.");
  if (level === "disabled") return 0;
  const violations = violationsOf(resourcesIn(textOf(positionals[0])), limits, Date.now());
  // A state has its resources in the order in which they were made, which is another one every time.
  for (const line of violations.map(({ message }) => message).sort()) console.log(line);
  return level === "mandatory" && violations.length > 0 ? 1 : 0;
}

function violationsOf(resources: readonly StackResource[], limits: Limits, now: number) {
  return resources.flatMap((resource) => [
    ...rotationViolations(resource, limits),
    ...ageViolations(resource, limits, now),
  ]);
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        "max-age": { type: "string" },
        except: { type: "string", multiple: true },
        level: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error));
  }
}

function daysIn(text: string | undefined): number {
  const days = text === undefined ? DEFAULT_LIMITS.maxAgeDays : Number(text);
  if (text?.trim() !== "" && Number.isFinite(days) && days > 0) return days;
  throw new BadInput(`--max-age must be a number of days above 0, not "${text}".`);
}

function textOf(file: string | undefined): string {
  try {
    // 0 is standard input.
    return readFileSync(file === undefined || file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new BadInput(
      `${file ?? "Standard input"} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

/** What is read of a resource in an export. */
interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly delete?: boolean;
  readonly pendingReplacement?: boolean;
}

/** The resources that an export has; those on their way out, whose keys the next run deletes, aside. */
function resourcesIn(text: string): StackResource[] {
  const { resources = [] } = deploymentIn(text);
  if (!Array.isArray(resources)) throw notAnExport();
  return (resources as ExportedResource[])
    .filter((resource) => !resource.delete && !resource.pendingReplacement)
    .map(({ urn, type, inputs, outputs }) => ({ urn, type, props: { ...inputs, ...outputs } }));
}

function deploymentIn(text: string): { readonly resources?: unknown } {
  try {
    const { deployment } = JSON.parse(text) as { deployment?: unknown };
    if (typeof deployment === "object" && deployment !== null) return deployment;
  } catch {
    // Not even JSON.
  }
  throw notAnExport();
}

function notAnExport(): BadInput {
  return new BadInput("This is not what `pulumi stack export` writes: it has no deployment with resources.");
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadInput)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
