import { VERSION } from "../../provider/version.ts";

const REPOSITORY = "pulumi-iam-keys/pulumi-iam-keys";

/** The address of the files of this version's release. */
export const RELEASE = `https://github.com/${REPOSITORY}/releases/download/v${VERSION}`;

/** The server from which the engine downloads the plugin, as schema.json tells the packages of other languages. */
export const PLUGIN_SERVER = `github://api.github.com/${REPOSITORY}`;
