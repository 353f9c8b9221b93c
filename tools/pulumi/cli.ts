/** Prints where the real Pulumi CLI is, which it builds where it has to. */
import { pulumiTool } from "./pulumiTool.ts";

const { file, version } = await pulumiTool();
console.error(`The Pulumi CLI is ${version}.`);
console.log(file);
