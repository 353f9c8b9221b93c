/** Loaded into every process of a run (`--import`): a provider's lives by the clock in the variable LOCAL_CLOCK. */
import { isProvider, liveBy } from "./liveBy.ts";

if (isProvider()) liveBy(JSON.parse(process.env.LOCAL_CLOCK ?? ""));
