/** Bundles the plugin into dist/bundle. */
import { fileURLToPath } from "node:url";
import { bundlePlugin } from "./bundlePlugin.ts";

const at = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

await bundlePlugin(at("provider/native/main.ts"), at("dist/bundle"));
