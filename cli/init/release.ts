import { VERSION } from "../../provider/version.ts";

const REPOSITORY = "pulumi-iam-keys/pulumi-iam-keys";

/** Where the files of this version's release are. */
export const RELEASE = `https://github.com/${REPOSITORY}/releases/download/v${VERSION}`;

/** Where the engine downloads the plugin from, as schema.json tells the packages of other languages. */
export const PLUGIN_SERVER = `github://api.github.com/${REPOSITORY}`;
