import { fileURLToPath } from "node:url";

type PrepareStackTrace = NonNullable<typeof Error.prepareStackTrace>;

/** Of each resource, two constructors stand between that of `Credential` and the user's line. */
const CONSTRUCTORS_BEHIND = 2;

/** A line of a trace, where it stands in an ES module: "    at main (file:///program/index.ts:3:1)", or without the name. */
const IN_ES_MODULE = /^( +at )(?:(.+) \()?(file:.+?)(:\d+:\d+)\)?$/gm;

/**
 * Has the traces that are taken from now on say where the user makes a resource, in the form that the SDK reads: it expects one
 * constructor between its own and the user's line, and a path in brackets. Gives what belongs back into `Error.prepareStackTrace`.
 */
export function pointAtCaller(): typeof Error.prepareStackTrace {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (error, sites) =>
    String((before ?? plainly)(error, withoutConstructors(sites))).replaceAll(
      IN_ES_MODULE,
      (_, at, name = "module", url, position) => `${at}${name} (${fileURLToPath(url)}${position})`,
    );
  return before;
}

function withoutConstructors(sites: NodeJS.CallSite[]): NodeJS.CallSite[] {
  const ofSdk = sites.findIndex(
    (site) => site.isConstructor() && site.getFunctionName() === "CustomResource",
  );
  return ofSdk < 0 ? sites : sites.toSpliced(ofSdk + 2, CONSTRUCTORS_BEHIND);
}

const plainly: PrepareStackTrace = (error, sites) =>
  [error, ...sites.map((site) => `    at ${site}`)].join("\n");
