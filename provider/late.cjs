// An import loads at the start of the process, or some time later. What is loaded here is loaded at once, where it is needed.
// Only in a CommonJS module is `require` the same in the repository and in the package.

exports.loadYaml = () => require("yaml");
exports.loadHttpsProxyAgent = () => require("https-proxy-agent");
