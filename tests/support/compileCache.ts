/** Loaded before tests (`--import`): all of their files load much the same modules, and Node keeps what it has compiled. */
import { COMPILED } from "./compiled.ts";

// Node reads it when a process starts: this one has started, and those of the test files follow.
process.env.NODE_COMPILE_CACHE ??= COMPILED;
