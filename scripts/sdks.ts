/** Writes the SDKs of the plugin into dist/sdks. */
import { fileURLToPath } from "node:url";
import { generateSdks } from "../tools/pulumi/generateSdks.ts";

await generateSdks(fileURLToPath(new URL("../dist/sdks", import.meta.url)));
