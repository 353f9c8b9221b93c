import { RUNS_OWN_KEY } from "./answers.ts";
import { handsToFiles, hasKeyOfItsOwn, type Plan } from "./plan.ts";
import { policyRemark } from "./remark.ts";

/** The files that a CredentialFile consists of, in `examples/pipeline` and beside a program that has one. */
export const CONSUMERS = ["credentialFile.ts", "credentialFileProvider.ts", "keyPair.ts"].map(
  (file) => `consumers/${file}`,
);

/** The file from which the runs take their own key. */
export const RUNS_KEY_FILE = "run.key.json";

/** The program in TypeScript: a key, and what hands it on. It runs as it is, without a compiler. */
export function program(plan: Plan): string {
  const { kind, name, every, overlap, facts } = plan;
  const [cloud, type] = kind.split(":");
  return [
    imports(plan, cloud),
    `const config = new pulumi.Config();

${policyRemark("//")}const policy = { rotate: { every: ${JSON.stringify(every)} }, overlap: ${JSON.stringify(overlap)} };

const key = new ${cloud}.${type}(${JSON.stringify(name)}, {
  ${facts.account}: config.require("${facts.account}"),
  ...policy,
});`,
    ...(handsToFiles(plan) ? [consumer(plan)] : [outputs(plan)]),
    ...(hasKeyOfItsOwn(plan) ? [OWN_KEY] : []),
    `export const rotatesAt = key.rotatesAt;`,
  ]
    .join("\n\n")
    .concat("\n");
}

function imports(plan: Plan, cloud: string | undefined): string {
  const names = isPair(plan) ? "CredentialFile, credentialsFile" : "CredentialFile";
  return [
    'import * as pulumi from "@pulumi/pulumi";',
    `import { ${cloud} } from "pulumi-iam-keys";`,
    ...(handsToFiles(plan) ? [`import { ${names} } from "./consumers/credentialFile.ts";`] : []),
  ].join("\n");
}

/** Whether the key is an id and a secret, as an AWS credentials file has them. */
function isPair({ facts }: Plan): boolean {
  return facts.shortcuts?.includes("accessKeyId") ?? false;
}

const OTHERS = "node_modules/pulumi-iam-keys/examples/pipeline/consumers";

function outputs({ facts }: Plan): string {
  return [
    `// Hand these to what uses the key. ${OTHERS} has`,
    "// functions for a Kubernetes Secret, a secret of GitHub Actions and an entry of Lockbox.",
    ...(facts.shortcuts ?? []).map((output) => `export const ${output} = key.${output};`),
  ].join("\n");
}

function consumer(plan: Plan): string {
  const content = isPair(plan) ? "credentialsFile(key)" : `key.${plan.facts.shortcuts?.[0]}`;
  return `// What uses the key reads this file. ${OTHERS} has
// functions for a Kubernetes Secret, a secret of GitHub Actions and an entry of Lockbox.
new CredentialFile("${plan.name}-credentials", {
  path: config.get("credentialsFile") ?? "${plan.name}.credentials",
  content: ${content},
});`;
}

const OWN_KEY = `// The runs authenticate with an authorized key, and rotate that one, too. They read it from the file that
// yandex:serviceAccountKeyFile names. Keep an overlap: without it the old key is gone before the new one is in the file.
const runsKeyFile = new pulumi.Config("yandex").get("serviceAccountKeyFile");
if (runsKeyFile !== undefined) {
  const own = new yandex.RotatingServiceAccountKey("${RUNS_OWN_KEY}", policy);
  new CredentialFile("${RUNS_OWN_KEY}-file", { path: runsKeyFile, content: own.keyFile });
}`;
