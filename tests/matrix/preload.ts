/**
 * Loaded into every process of a run (`--import`), and at work in that of the provider alone, dynamic or plugin: it lives by the virtual clock, so
 * that the waits of a fault take little time and a key grows old at once; and a mutant takes the place of one
 * of its modules.
 */
import { registerHooks, syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";
import { promisify } from "node:util";
import { MUTANTS, type Mutant } from "./mutants.ts";
import { type ClockSegment, virtualTime } from "./virtualClock.ts";

/** What the harness tells the provider processes, in JSON in the environment variable MATRIX_PROVIDER. */
export interface PreloadSettings {
  readonly clock: ClockSegment;
  readonly mutant?: string | undefined;
}

if (/dynamic-provider|bundle\/main\.js$/.test(process.argv[1] ?? "")) {
  const { clock, mutant } = JSON.parse(process.env.MATRIX_PROVIDER ?? "") as PreloadSettings;
  liveBy(clock);
  if (mutant !== undefined) become(mutant);
}

function liveBy(clock: ClockSegment): void {
  const RealDate = Date;
  const now = () => Math.floor(virtualTime(clock, RealDate.now()));
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  });
  const { setTimeout: real } = timers;
  const wait = promises.setTimeout;
  const setTimeout = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    real(work, ms / clock.rate, ...args);
  promises.setTimeout = (ms = 0, ...rest) => wait(ms / clock.rate, ...rest);
  Object.defineProperty(setTimeout, promisify.custom, { value: promises.setTimeout });
  globalThis.setTimeout = timers.setTimeout = setTimeout as typeof globalThis.setTimeout;
  syncBuiltinESMExports();
}

function become(name: string): void {
  const mutant: Mutant | undefined = (MUTANTS as Readonly<Record<string, Mutant>>)[name];
  if (!mutant) throw new Error(`There is no mutant "${name}".`);
  registerHooks({
    // What is published is one file; the modules that it was made of are beside it.
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      return { ...resolved, url: resolved.url.replace(/\/dist\/dynamic\.js$/, "/dist/provider/dynamic.js") };
    },
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/dist/provider/${mutant.module}`)) return loaded;
      let source = String(loaded.source);
      for (const { replace, by } of mutant.changes) {
        if (!replace.test(source)) throw new Error(`Mutant "${name}" misses ${replace} in ${mutant.module}.`);
        source = source.replace(replace, by);
      }
      return { ...loaded, source };
    },
  });
}
