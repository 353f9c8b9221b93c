import { resolve } from "node:path";
import { type Ports, SystemPorts } from "../../provider/ports.ts";
import { Session } from "../../provider/session.ts";
import { readProjectFile } from "../../stack/files/projectFile.ts";
import { placeOf } from "../../stack/files/urn.ts";
import { readStack } from "../../stack/readStack.ts";
import type { Stack } from "../../stack/stack.ts";
import { type StoredResource, storedResources } from "../../stack/storedResource.ts";
import { ApiView } from "./apiView.ts";
import { documentText } from "./document.ts";
import type { KeyStatus } from "./keyStatus.ts";
import { keyStatuses, pendingStatus } from "./keyStatuses.ts";
import { readOptions } from "./options.ts";
import { rehearsalPorts } from "./rehearsalPorts.ts";
import { type Report, reportLines } from "./report.ts";

const OVERDUE = 2;

/** `iam-keys status`: prints the report; resolves to the exit code. */
export async function status(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const stack = await readStack(options);
  // The provider reads files that settings name relative to the program.
  process.chdir(await programFolder(options.cwd));
  const ports = new SystemPorts((name) => stack.config.get(name));
  const report = await reportOf(stack, ports, options.offline);
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  console.log(options.json ? documentText(report) : reportLines(report, width).join("\n"));
  return report.keys.some(({ isOverdue }) => isOverdue) ? OVERDUE : 0;
}

/** What is to be known of the keys of a stack that was read. */
export async function reportOf(stack: Stack, ports: Ports, isOffline: boolean): Promise<Report> {
  const { resources, pending } = storedResources(stack);
  const api = new ApiView(new Session(rehearsalPorts(ports)), isOffline);
  const found = new Map<StoredResource, KeyStatus[]>();
  // As in a run, what was replaced goes last, when all that stays is known.
  for (const isReplaced of [false, true]) {
    const these = resources.filter((resource) => resource.isReplaced === isReplaced);
    await Promise.all(these.map(async (resource) => found.set(resource, await keyStatuses(resource, api))));
  }
  const keys = resources.flatMap((resource) => found.get(resource) ?? []);
  const { urn } = stack.deployment.resources?.[0] ?? {};
  return {
    stack: urn === undefined ? undefined : nameOfPlace(urn),
    now: ports.now(),
    keys: [...keys, ...pending.map(pendingStatus)],
    notes: stack.notes,
  };
}

function nameOfPlace(urn: string): string {
  const { project, stack } = placeOf(urn);
  return `${project}/${stack}`;
}

async function programFolder(cwd: string): Promise<string> {
  const project = await readProjectFile(resolve(cwd)).catch(() => undefined);
  return project?.programFolder ?? resolve(cwd);
}
