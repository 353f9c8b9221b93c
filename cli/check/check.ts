import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { redact } from "../../provider/redact.ts";
import { EXIT, type ExitCode } from "../exitCodes.ts";
import { ageViolations, type Limits, rotationViolations, type StackResource } from "./rules.ts";

/** What the command line asks for. */
export interface Options {
  /** In days. */
  readonly maxAge: number;
  readonly except: readonly string[];
  readonly level: "mandatory" | "advisory" | "disabled";
}

/** `iam-keys check`: says what is wrong with the keys of an exported stack; resolves to the exit code. */
export async function check({ maxAge, except, level }: Options, file: string | undefined): Promise<ExitCode> {
  if (level === "disabled") return EXIT.fine;
  const limits = { maxAgeDays: maxAge, except };
  const violations = violationsOf(resourcesIn(await textOf(file)), limits, Date.now());
  // A state has its resources in the order in which they were made, which varies.
  for (const line of violations.map(({ message }) => message).sort()) console.log(redact(line));
  return level === "mandatory" && violations.length > 0 ? EXIT.found : EXIT.fine;
}

function violationsOf(resources: readonly StackResource[], limits: Limits, now: number) {
  return resources.flatMap((resource) => [
    ...rotationViolations(resource, limits),
    ...ageViolations(resource, limits, now),
  ]);
}

async function textOf(file: string | undefined): Promise<string> {
  try {
    // As a stream, because another process may have made it non-blocking: to read it at once would then fail.
    return await (file === undefined || file === "-" ? text(process.stdin) : readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`${file ?? "Standard input"} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
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

/** The resources that an export has, without those whose keys the next run deletes. */
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
    // It is not JSON.
  }
  throw notAnExport();
}

function notAnExport(): Error {
  return new Error("This is not what `pulumi stack export` writes: it has no deployment with resources.");
}
