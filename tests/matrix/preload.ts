/**
 * Loaded into every process of a run (`--import`), and at work in that of the provider alone, dynamic or plugin: it lives by the virtual clock, so
 * that the waits of a fault take little time and a key grows old at once; and a mutant takes the place of one
 * of its modules.
 */
import { registerHooks } from "node:module";
import { isProvider, liveBy } from "../../local/clock/liveBy.ts";
import type { ClockSegment } from "../../local/clock/virtualClock.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";

/** What the harness tells the provider processes, in JSON in the environment variable MATRIX_PROVIDER. */
export interface PreloadSettings {
  readonly clock: ClockSegment;
  readonly mutant?: string | undefined;
}

if (isProvider()) {
  const { clock, mutant } = JSON.parse(process.env.MATRIX_PROVIDER ?? "") as PreloadSettings;
  liveBy(clock);
  if (mutant !== undefined) become(mutant);
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
