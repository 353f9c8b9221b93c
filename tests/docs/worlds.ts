import { makeCertificate } from "../support/certificate.ts";
import type { Reader } from "./reader.ts";
import { blocksIn, pageText } from "./shellBlocks.ts";

type Placeholders = Readonly<Record<string, string>>;

const DAY = 24 * 3600_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

const manifest = (program: string) => JSON.stringify({ private: true, type: "module", main: program });
const project = (name: string) =>
  JSON.stringify({ name, runtime: { name: "nodejs", options: { typescript: false } } });

/** An empty project with the program of README.md, and a stack of the name that its commands have. */
export async function programOfTheReadme(reader: Reader): Promise<Placeholders> {
  const [program = ""] = blocksIn(pageText("README.md"), "ts");
  await reader.goTo("first");
  await reader.write("first/Pulumi.yaml", project("first"));
  await reader.write("first/package.json", manifest("index.ts"));
  await reader.write("first/index.ts", program);
  await reader.expect("pulumi stack init prod");
  return { "<id>": reader.iam.serviceAccountId };
}

/** What `pulumi new` leaves behind: here, the quickstart in YAML with its stack and what it asks for. */
export async function newProject(reader: Reader): Promise<Placeholders> {
  const { iam } = reader;
  const folder = `new-${reader.iam.requests.length}`;
  await reader.goTo(folder);
  await reader.write(`${folder}/Pulumi.yaml`, pageText("examples/languages/yaml/Pulumi.yaml"));
  await reader.expect(`pulumi stack init ${folder}`);
  const owner = iam.addServiceAccount();
  await reader.expect(`pulumi config set serviceAccountId ${owner}`);
  const key = await iam.plantKey({ kind: "yandex:StaticAccessKey", owner });
  const accessKey = await iam.plantKey({ kind: "aws:AccessKey", owner: iam.userName });
  return {
    "<id>": owner,
    "<service account id>/<key id>": `${owner}/${key}`,
    "<user name>/<access key id>": `${iam.userName}/${accessKey}`,
  };
}

const SHOP = `
const { Config } = require("@pulumi/pulumi");
const { aws, yandex } = require("pulumi-iam-keys");
const serviceAccountId = new Config().require("serviceAccountId");
const args = { serviceAccountId, rotate: { every: "30d" }, overlap: "7d" };
for (const name of ["uploads", "primary", "standby"]) new yandex.RotatingStaticAccessKey(name, args);
new yandex.StaticAccessKey("legacy-reports", { serviceAccountId });
new aws.RotatingAccessKey("mailer", { userName: new Config().require("userName"), rotate: { every: "30d" }, overlap: "7d" });
`;

/** A project whose stacks have keys of both clouds: "production", which is selected, and "prod". */
export async function shop(reader: Reader): Promise<void> {
  await reader.goTo("shop");
  await reader.write("shop/Pulumi.yaml", project("shop"));
  await reader.write("shop/package.json", JSON.stringify({ private: true, main: "index.js" }));
  await reader.write("shop/index.js", SHOP);
  await reader.set("YC_TOKEN", reader.iam.environment.YC_TOKEN);
  await reader.expect("npm install pulumi-iam-keys");
  for (const [stack, user] of [
    ["prod", "mailer"],
    ["production", "mailer-of-production"],
  ] as const) {
    await reader.expect(`pulumi stack init ${stack}`);
    await reader.expect(`pulumi config set serviceAccountId ${reader.iam.addServiceAccount(stack)}`);
    await reader.expect(`pulumi config set userName ${reader.iam.addUser(user)}`);
    await reader.expect("pulumi up --yes --skip-preview");
  }
}

/** The stack "production" of the shop. The other stacks that pages name are its two. */
export async function stackInUse(reader: Reader): Promise<Placeholders> {
  await reader.goTo("shop");
  await reader.expect("pulumi stack select production");
  await reader.expect("pulumi stack export > export.json");
  return {
    "--stack eu --stack us": "--stack prod --stack production",
    // The line is one of crontab(5): a schedule, then a command.
    "0 7 * * * cd /srv/shop": "cd .",
    "/tmp/": "./",
    "/var/lib/node_exporter/": "./",
  };
}

/** A stack that is only there for its settings. */
export async function emptyStack(reader: Reader): Promise<Placeholders> {
  await reader.goTo("shop");
  await reader.expect("pulumi stack init audited");
  return {};
}

/** The certificate that a server of the page is to have. */
export async function certificate(reader: Reader): Promise<Placeholders> {
  await using made = await makeCertificate();
  await reader.goTo("shop");
  await reader.expect(`cp '${made.certificateFile}' fullchain.pem && cp '${made.keyFile}' privkey.pem`);
  return {};
}

/** Keys that somebody else made, in the folder and the account that are scanned. */
export async function keysOfOthers(reader: Reader): Promise<Placeholders> {
  const { iam } = reader;
  const owner = iam.addServiceAccount("uploader");
  await iam.plantKey({ kind: "yandex:ApiKey", owner, createdAt: ago(40 * DAY) });
  await iam.plantKey({
    kind: "yandex:ServiceAccountKey",
    owner,
    createdAt: ago(400 * DAY),
    lastUsedAt: ago(DAY),
  });
  await reader.goTo("shop");
  return { b1gvmob95yysaplct532: iam.folderId };
}

/** A key of the stack, in the place of the one whose event the page sends. */
export async function leakedKey(reader: Reader): Promise<Placeholders> {
  const placeholders = await stackInUse(reader);
  const { keys } = JSON.parse(await reader.expect("npx iam-keys status --json --offline"));
  const { keyId } = keys.find(({ resource }: { resource: string }) => resource === "primary");
  return { ...placeholders, ajeabc1d2e3f4g5h6i7j: keyId };
}

/** Two keys of the page that are in no state: one on trial, and one that somebody uses. */
export async function leftovers(reader: Reader): Promise<Placeholders> {
  const placeholders = await stackInUse(reader);
  const { iam } = reader;
  const owner = (await reader.expect("pulumi config get serviceAccountId")).trim();
  const kind = "yandex:StaticAccessKey";
  const tag = (mark: string) => `rotating:[pulumi shop/production/uploads #${mark}]`;
  await iam.plantKey({ kind, owner, description: tag("k3f9x2ab.4?"), createdAt: ago(2 * 3600_000) });
  const used = { createdAt: ago(41 * DAY), lastUsedAt: ago(120_000) };
  const id = await iam.plantKey({ kind, owner, description: tag("h7x0q2mn.1"), ...used });
  return { ...placeholders, ajem11pueqi6dt67oeiq: id };
}

/** A stack whose runs sign with a key file, and a leftover key. */
export async function troubled(reader: Reader): Promise<Placeholders> {
  const placeholders = await stackInUse(reader);
  const owner = (await reader.expect("pulumi config get serviceAccountId")).trim();
  const description = "rotating:[pulumi shop/production/uploads #k3f9x2ab.9]";
  const id = await reader.iam.plantKey({
    kind: "yandex:StaticAccessKey",
    owner,
    description,
    createdAt: ago(DAY),
  });
  const file = await reader.iam.serviceAccountKeyFile(reader.iam.serviceAccountId);
  await reader.write("shop/run.key.json", JSON.stringify(file));
  await reader.expect("pulumi config set yandex:serviceAccountKeyFile run.key.json");
  return {
    ...placeholders,
    "<name>": "primary",
    "<new word>": "word-2",
    "<setting> <value>": `serviceAccountId ${owner}`,
    "<that file>": "run.key.json",
    "<an earlier export>": "export.json",
    "<id>": id,
  };
}
