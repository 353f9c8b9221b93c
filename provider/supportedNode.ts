/** What package.json says in `engines`; installers warn of it, at most. */
const OLDEST = "22.12.0";

// The first thing that each entry loads: what is loaded after it fails on an older one in the middle of something.
if (process.versions.node.localeCompare(OLDEST, "en", { numeric: true }) < 0) {
  const error = new Error(`pulumi-iam-keys needs Node.js ${OLDEST} or later. This is ${process.version}.`);
  error.stack = String(error);
  throw error;
}
