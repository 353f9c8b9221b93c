const product = "^(sdk|provider|cli|stack|simulation)/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circles",
      comment: "Two files that import each other, if only types, are one file or have a third one in common.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "product-alone",
      comment: "What users install imports no stand-in, no test, no example and no script.",
      severity: "error",
      from: { path: product },
      to: { pathNot: `${product}|^local/iam/|^node_modules/|^schema\\.json$`, dependencyTypesNot: ["core"] },
    },
    {
      name: "sdk-takes-types",
      comment:
        "A program loads nothing of the provider but pure functions: an order to rotate, a key file, versions.",
      severity: "error",
      from: { path: "^sdk/" },
      to: {
        path: "^(provider|cli|stack)/",
        pathNot: "^provider/(rotation/emergency|kinds/keyFile|programTokens|supportedNode|version)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "sdk-loads-tokens-late",
      comment: "The API clients are loaded by a program that asks for an IAM token, when it does.",
      severity: "error",
      from: { path: "^sdk/" },
      to: { path: "^provider/programTokens\\.ts$", dynamic: false },
    },
    {
      name: "nothing-above-the-provider",
      comment: "The provider runs in a process of its own, without the program and without the command line.",
      severity: "error",
      from: { path: "^provider/" },
      to: { path: "^(sdk|cli|stack)/" },
    },
    {
      name: "nothing-above-the-command-line",
      comment:
        "The command runs without @pulumi/pulumi, and its commands read stacks, not the other way round.",
      severity: "error",
      from: { path: "^(cli|stack)/" },
      to: { path: "^sdk/" },
    },
    {
      name: "stack-below-cli",
      severity: "error",
      from: { path: "^stack/" },
      to: { path: "^cli/" },
    },
    {
      name: "stack-files-alone",
      comment:
        "The format of a stack's files, which the local engine takes from here, knows nothing of keys.",
      severity: "error",
      from: { path: "^stack/files/" },
      to: { path: product, pathNot: "^stack/files/" },
    },
    {
      name: "front-doors-are-entered-from-outside",
      severity: "error",
      from: { path: "^provider/", pathNot: "^provider/native/" },
      to: { path: "^provider/(native/|(dynamic|programTokens)\\.ts$)" },
    },
    {
      name: "lifecycle-above-kinds",
      comment: "A front door → lifecycle → sinks and kinds → api: what is below does not know what is above.",
      severity: "error",
      from: { path: "^provider/", pathNot: "^provider/(lifecycle/|native/|dynamic\\.ts$)" },
      to: { path: "^provider/lifecycle/" },
    },
    {
      name: "sinks-above-kinds",
      severity: "error",
      from: { path: "^provider/", pathNot: "^provider/(lifecycle/|sinks/|native/|dynamic\\.ts$)" },
      to: { path: "^provider/sinks/" },
    },
    {
      name: "kinds-above-api",
      severity: "error",
      from: {
        path: "^provider/",
        pathNot: "^provider/(lifecycle/|sinks/|kinds/|native/|(dynamic|iamTokenOf)\\.ts$)",
      },
      to: { path: "^provider/kinds/" },
    },
    {
      name: "rotation-is-pure",
      comment: "No I/O, no clock and no other part of the provider: `now` is handed in.",
      severity: "error",
      from: { path: "^provider/rotation/" },
      to: { pathNot: "^(provider/rotation/|node_modules/temporal-)" },
    },
    {
      name: "local-iam-alone",
      comment: "A stand-in that shared code with what is tried on it would share its faults.",
      severity: "error",
      from: { path: "^local/iam/" },
      to: {
        pathNot: "^(local/iam/|tests/support/signedRequests|node_modules/)",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "local-engine-alone",
      comment:
        "The engine runs any program: of the product it takes the format of a stack's files and nothing else.",
      severity: "error",
      from: { path: "^local/engine/" },
      to: {
        pathNot: "^(local/engine/|stack/files/|tests/support/|tools/engine|node_modules/)",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "no-tests-in-sources",
      severity: "error",
      from: { path: "^(local/|simulation/|examples/)", pathNot: "^local/[^/]+/tests/" },
      to: { path: "(^|/)tests/" },
    },
  ],
  options: {
    exclude: { path: "^(\\.venv|site/(node_modules|dist|\\.vitepress/cache))/" },
    doNotFollow: { path: ["^node_modules/", "^dist/"] },
    // Types count: they tell what a file is about. A circle of types alone is one, too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
