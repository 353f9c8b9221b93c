/** What package.json says in `engines`; installers warn of it, at most. */
const OLDEST = "22.12.0";

// The first thing that each entry loads: what is loaded after it fails on an older one in the middle of something.
if (process.versions.node.localeCompare(OLDEST, "en", { numeric: true }) < 0) {
  const error = new Error(`pulumi-iam-keys needs Node.js ${OLDEST} or later. This is ${process.version}.`);
  // The provider's process prints the stack behind the message, once a resource; it tells a user nothing more.
  error.stack = "";
  throw error;
}
