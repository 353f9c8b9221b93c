import { fileURLToPath } from "node:url";

/** Where Node keeps what it has compiled: a run starts three processes, and every run loads the same modules. */
export const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));
