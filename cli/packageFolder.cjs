// Only a CommonJS module knows its own folder in the repository and in the package, where it is one folder deeper.
const { existsSync } = require("node:fs");
const path = require("node:path");

/** The file of the package at that path: a program to copy, say. */
exports.packageFile = (/** @type {string} */ file) => {
  const near = path.join(__dirname, "..", file);
  return existsSync(near) ? near : path.join(__dirname, "../..", file);
};
