import { settingsIn } from "../../provider/configuration.ts";
import { type Ports, SystemPorts } from "../../provider/ports.ts";
import { Session } from "../../provider/session.ts";
import { readStack, stacksOfProject } from "../../stack/readStack.ts";
import type { Stack } from "../../stack/stack.ts";
import { type StoredResource, storedResources } from "../../stack/storedResource.ts";
import { ApiView } from "../apiView.ts";
import { EXIT, type ExitCode, worstOf } from "../exitCodes.ts";
import { nameOfStack, programFolder } from "../stackPlace.ts";
import { findStrays } from "../strays/findStrays.ts";
import type { Stray } from "../strays/stray.ts";
import { outputWidth, paintFor, withProgress } from "../terminal.ts";
import { documentText } from "./document.ts";
import type { KeyStatus } from "./keyStatus.ts";
import { keyStatuses } from "./keyStatuses.ts";
import { type GivenOptions, type Options, readOptions } from "./options.ts";
import { prometheusText } from "./prometheus.ts";
import { rehearsalPorts } from "./rehearsalPorts.ts";
import { type Report, reportLines } from "./report.ts";
import { leftoverStatus, pendingStatus } from "./strayStatuses.ts";
import { urgencyOf } from "./urgency.ts";

/** `iam-keys status`: prints the report; resolves to the exit code. */
export async function status(given: GivenOptions): Promise<ExitCode> {
  const options = readOptions(given);
  const reports = await withProgress("Reading the stack and asking the APIs", () => reportsNow(options));
  console.log(text(reports, options));
  return worstOf(reports.map(exitCode));
}

/** Whether several stacks are asked for, even if there is only one: the number does not change the format. */
function isOfSeveral({ stack = [], allStacks = false }: Options): boolean {
  return allStacks || stack.length > 1;
}

function text(reports: readonly Report[], options: Options): string {
  const [report] = reports;
  if (options.format === "prometheus") return prometheusText(reports);
  if (options.format === "json") return documentText(isOfSeveral(options) || !report ? reports : report);
  const paint = paintFor(process.stdout);
  return reports.map((each) => reportLines(each, outputWidth(), paint).join("\n")).join("\n\n");
}

async function reportsNow(options: Options): Promise<Report[]> {
  const { cwd, file, within, offline = false } = options;
  const names = options.allStacks ? await stacksOfProject(cwd) : [...new Set(options.stack ?? [undefined])];
  const stacks: { name: string | undefined; stack: Stack | Report }[] = [];
  for (const name of names) {
    const read = readStack({ stack: name, cwd, file });
    // The others are shown all the same.
    const stack = await (isOfSeveral(options) ? read.catch(unread) : read);
    stacks.push({ name, stack });
  }
  // The provider reads files that settings name relative to the program; the stacks themselves are read by now.
  process.chdir(await programFolder(cwd));
  const reports: Report[] = [];
  for (const { name, stack } of stacks) {
    const isRead = "deployment" in stack;
    const report = isRead ? await reportOf(stack, new SystemPorts(settingsIn(stack.config)), offline) : stack;
    reports.push({ ...report, stack: report.stack ?? name, within });
  }
  return reports;
}

/** The report of a stack that could not be read. */
function unread(error: unknown): Report {
  const failure = `The stack could not be read: ${error instanceof Error ? error.message : error}`;
  return { stack: undefined, now: Date.now(), keys: [], isComplete: false, notes: [failure] };
}

function exitCode({ keys, now, within, isComplete }: Report): ExitCode {
  return worstOf([
    ...(keys.some((key) => urgencyOf(key, now, within) !== "none") ? [EXIT.found] : []),
    ...(keys.some(({ next }) => next.action === "fail") ? [EXIT.person] : []),
    ...(isComplete ? [] : [EXIT.unseen]),
  ]);
}

/** What is known of the keys of a stack that was read. */
export async function reportOf(stack: Stack, ports: Ports, isOffline: boolean): Promise<Report> {
  const stored = storedResources(stack);
  const { resources, pending } = stored;
  const api = new ApiView(new Session(rehearsalPorts(ports)), isOffline);
  const found = new Map<StoredResource, KeyStatus[]>();
  // As in a run, what was replaced goes last, when all that stays is known.
  for (const isReplaced of [false, true]) {
    const these = resources.filter((resource) => resource.isReplaced === isReplaced);
    await Promise.all(these.map(async (resource) => found.set(resource, await keyStatuses(resource, api))));
  }
  const held = resources.map((resource) => ({ resource, keys: found.get(resource) ?? [] }));
  const begun = pending.map((resource) => ({ resource, keys: [pendingStatus(resource)] }));
  const shown = new Set(held.flatMap(({ keys }) => keys.map(({ keyId }) => keyId)));
  const { strays, problems } = await findStrays(stored, api);
  const leftovers = Map.groupBy(
    strays.filter((stray) => !shown.has(stray.id) && isLeftover(stray)),
    ({ resource }) => resource,
  );
  const keys = [...held, ...begun].flatMap(({ resource, keys }) => [
    ...keys,
    ...(leftovers.get(resource) ?? []).map(leftoverStatus),
  ]);
  const said = new Set(keys.flatMap(({ notes }) => notes));
  const unread = [...(stack.behind === undefined ? [] : [stack.behind]), ...stack.notes, ...problems];
  return {
    stack: nameOfStack(stack),
    now: ports.now(),
    keys,
    isComplete: unread.length === 0 && (isOffline || keys.every(isSeen)),
    notes: unread.filter((note) => !said.has(note)),
  };
}

/** Whether the API said what it knows of the key. */
function isSeen({ use }: KeyStatus): boolean {
  return use.known || use.why === undefined;
}

/** As a run sees it: of the keys of a user, one that is in use is somebody's. */
function isLeftover({ tie, use }: Stray): boolean {
  return tie !== "user" || (use.known && use.last === undefined);
}
