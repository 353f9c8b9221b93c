#!/usr/bin/env node
/**
 * Runs ordinary Pulumi programs without the Pulumi CLI, under the same command line:
 * `node local/engine/cli.ts up --yes`.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { homeFolder } from "../../stack/files/homeFolder.ts";

// The engine, programs and providers load the same large modules in every run, each in a process of its own. The cache
// is code that they will execute, so it lies where only the user can write.
process.env.NODE_COMPILE_CACHE ??= join(homeFolder(process.env), "node-compile-cache");
enableCompileCache(process.env.NODE_COMPILE_CACHE);
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
