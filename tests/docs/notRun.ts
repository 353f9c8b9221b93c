/** The commands of the docs that no test types, by how they begin, and why. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "npm ci": "installs what a lock file names from the registry; .ci/run begins with it, and does the rest",
  "npm install https://": "downloads a release",
  "pip install https://": "downloads a release",
  "curl ": "downloads a release",
  "go mod edit": "takes the download before it",
  "dotnet nuget": "takes the download before it, and .NET",
  "mvn --file sdk-java":
    "takes the download before it; tests/cli/nativeJava.test.ts installs that SDK with Maven",
  "pulumi plugin install": "downloads a release; tests/cli/nativeArchive.test.ts installs its archive",
  "pulumi new https://":
    "asks GitHub; tests/cli/nativeExamples.test.ts makes the same project from its folder",
  "pulumi up --policy-pack": "needs the host of policy packs; tests/policy/pack.test.ts is that host",
  "NODE_OPTIONS=": "loads a package that is not ours; tests/audit/spans.test.ts collects the spans",
  "docker ": "needs Docker, and an image of a registry",
  "yc iam workload-identity": "makes a federation in the cloud; the local one comes with its own",
  "yc iam key create --service-account-id <id of key-rotation>":
    "is the cloud's own; the tutorial of pipelines types it",
  "yc iam service-account add-access-binding <account>":
    "is the cloud's own; the local one has roles by call",
  "systemctl ": "needs systemd",
};
