import { readFile, rm, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { listStacks, statePath } from "../../../stack/files/backend.ts";
import type { DeploymentJson } from "../../../stack/files/deploymentJson.ts";
import { parseJson } from "../../../stack/files/givenText.ts";
import { asObject } from "../../../stack/files/projectFile.ts";
import { selectedStack, stackName } from "../../../stack/files/selectedStack.ts";
import { secretSignature, signatureKey } from "../../../stack/files/signatures.ts";
import { redactedMap } from "../display/redacted.ts";
import { EngineFailure, exitCodes } from "../failure.ts";
import { selectStack } from "../project/selectedStack.ts";
import { StackConfig } from "../project/stackConfig.ts";
import { qualifiedName, readDeployment, writeDeployment } from "../state/backend.ts";
import { decodeDeployment, emptyDeployment, encodeDeployment } from "../state/deploymentFile.ts";
import { integrityProblem } from "../state/integrity.ts";
import { removeLocks, withLock } from "../state/lock.ts";
import { stackType } from "../state/resourceState.ts";
import { removeState, settleJournal } from "../state/stateFile.ts";
import {
  isObject,
  mapValues,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../values/propertyValue.ts";
import {
  expectWords,
  type Invocation,
  openSecrets,
  openStack,
  openStateSecrets,
  openWorkplace,
} from "./commandContext.ts";

type Command = (invocation: Invocation) => Promise<void>;

/** `stack <command>`. */
export async function stackCommand(invocation: Invocation): Promise<void> {
  const [name = "", ...words] = invocation.words;
  const command = commands[name];
  if (command === undefined) {
    throw new EngineFailure(`unknown command "${name}" for "pulumi stack" in the local engine`);
  }
  await command({ ...invocation, words });
}

const commands: Readonly<Record<string, Command>> = {
  init,
  select,
  ls: list,
  rm: remove,
  history,
  output,
  export: exportState,
  import: importState,
};

/** `cancel [STACK] --yes`: removes the locks that a killed process left behind. */
export async function cancelCommand(invocation: Invocation): Promise<void> {
  const { flags, words, print } = invocation;
  flags.allowOnly(["yes"]);
  expectWords(words, 0, 1);
  const { project, backend, stack } = await openStack(invocation, words[0] ?? flags.text("stack"));
  if (!flags.has("yes")) {
    throw new EngineFailure(
      "--yes must be passed in to proceed when running in non-interactive mode",
      exitCodes.unconfirmed,
    );
  }
  await removeLocks(backend, project.name, stack);
  await settleJournal(statePath(backend, project.name, stack));
  print(`The currently running update for '${stack}' has been canceled!`);
}

async function init(invocation: Invocation): Promise<void> {
  const { flags, words, env, print } = invocation;
  flags.allowOnly(["secrets-provider"]);
  expectWords(words, 0, 1);
  const given = words[0] ?? flags.text("stack");
  if (given === undefined) throw new EngineFailure("missing stack name");
  const secretsProvider = flags.text("secrets-provider") ?? "passphrase";
  if (secretsProvider !== "passphrase") {
    throw new EngineFailure(
      `the local engine knows the passphrase secrets provider only, not '${secretsProvider}'`,
    );
  }
  const { project, backend } = await openWorkplace(invocation);
  const stack = stackName(project, given);
  if ((await listStacks(backend, project.name)).includes(stack)) {
    throw new EngineFailure(`stack '${qualifiedName(project.name, stack)}' already exists`);
  }
  const config = await StackConfig.read(project, stack, flags.text("config-file"));
  const crypter = await openSecrets({ config, deployment: {} }, env);
  await writeDeployment(backend, project.name, stack, emptyDeployment(crypter, new Date()));
  await selectStack(project, backend, stack, env);
  print(`Created stack '${stack}'`);
}

async function select(invocation: Invocation): Promise<void> {
  const { flags, words, env } = invocation;
  flags.allowOnly(["create"]);
  expectWords(words, 0, 1);
  const { project, backend } = await openWorkplace(invocation);
  const given = words[0] ?? flags.text("stack");
  if (given === undefined) throw new EngineFailure("missing stack name");
  const stack = stackName(project, given);
  if (flags.has("create") && !(await listStacks(backend, project.name)).includes(stack))
    return await init(invocation);
  await readDeployment(backend, project.name, stack);
  await selectStack(project, backend, stack, env);
}

async function list(invocation: Invocation): Promise<void> {
  const { flags, words, env, print } = invocation;
  flags.allowOnly(["json"]);
  expectWords(words, 0, 0);
  const { project, backend } = await openWorkplace(invocation);
  const selected = await selectedStack(project, backend, env);
  const stacks = await Promise.all(
    (await listStacks(backend, project.name)).map(async (name) => {
      const { deployment } = await readDeployment(backend, project.name, name);
      return {
        name,
        current: name === selected,
        lastUpdate: deployment.manifest?.time,
        resourceCount: deployment.resources?.length ?? 0,
      };
    }),
  );
  if (flags.has("json")) {
    print(JSON.stringify(stacks, null, 2));
    return;
  }
  const rows = stacks.map(({ name, current, lastUpdate, resourceCount }) => [
    name + (current ? "*" : ""),
    lastUpdate ?? "n/a",
    String(resourceCount),
  ]);
  for (const row of table([["NAME", "LAST UPDATE", "RESOURCE COUNT"], ...rows])) print(row);
}

async function remove(invocation: Invocation): Promise<void> {
  const { flags, words, env, print } = invocation;
  flags.allowOnly(["yes", "force", "config-file"]);
  expectWords(words, 0, 1);
  const { project, backend, stack, deployment, config } = await openStack(
    invocation,
    words[0] ?? flags.text("stack"),
  );
  if (!flags.has("yes")) {
    throw new EngineFailure(
      "--yes must be passed in to proceed when running in non-interactive mode",
      exitCodes.unconfirmed,
    );
  }
  if ((deployment.resources?.length ?? 0) > 0 && !flags.has("force")) {
    throw new EngineFailure(
      `'${stack}' still has resources; removal rejected. Possible actions:\n` +
        `- Make sure that '${stack}' is the stack that you want to destroy\n` +
        "- Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`\n" +
        "- Run `pulumi stack rm --force` to override this error",
    );
  }
  await withLock(backend, project.name, stack, async () => {
    await removeState(statePath(backend, project.name, stack));
    await rm(config.path, { force: true });
  });
  if ((await selectedStack(project, backend, env)) === stack)
    await selectStack(project, backend, undefined, env);
  print(`Stack '${stack}' has been removed!`);
}

/** The engine keeps no history, so that it is always that of a stack to which nothing was done yet. */
async function history(invocation: Invocation): Promise<void> {
  const { flags, words, print } = invocation;
  flags.allowOnly(["json", "show-secrets", "page", "page-size"]);
  expectWords(words, 0, 0);
  await openStack(invocation);
  print(flags.has("json") ? "[]" : "Stack has never been updated");
}

async function output(invocation: Invocation): Promise<void> {
  const { flags, words, print } = invocation;
  flags.allowOnly(["json", "show-secrets"]);
  expectWords(words, 0, 1);
  const opened = await openStack(invocation);
  const show = flags.has("show-secrets");
  const outputs = redactedMap(
    await stackOutputs(opened.deployment, show, async () => await crypterOfState(invocation)),
    show,
  );
  const [name] = words;
  if (name !== undefined) {
    const value = outputs[name];
    if (value === undefined) throw new EngineFailure(`current stack does not have output property '${name}'`);
    print(flags.has("json") ? JSON.stringify(value, null, 2) : asText(value));
  } else if (flags.has("json")) {
    print(JSON.stringify(outputs, null, 2));
  } else {
    print(`Current stack outputs (${Object.keys(outputs).length}):`);
    const rows = Object.entries(outputs).map(([key, value]) => [key, asText(value)]);
    if (rows.length === 0) print("    No output values currently in this stack");
    else for (const row of table([["OUTPUT", "VALUE"], ...rows])) print(`    ${row}`);
  }
}

async function stackOutputs(
  deployment: DeploymentJson,
  decrypt: boolean,
  crypter: () => Promise<{ decrypt(ciphertext: string): string }>,
): Promise<PropertyMap> {
  const json = deployment.resources?.find(({ type }) => type === stackType);
  const stored = (json?.outputs ?? {}) as PropertyMap;
  const open = decrypt ? await crypter() : undefined;
  const reveal = (value: PropertyValue): PropertyValue => {
    if (Array.isArray(value)) return value.map(reveal);
    if (!isObject(value)) return value;
    if (value[signatureKey] !== secretSignature) return mapValues(value, reveal);
    // Without the passphrase it is still known that this is a secret.
    if (open === undefined || typeof value.ciphertext !== "string") return new Secret(null);
    return new Secret(reveal(JSON.parse(open.decrypt(value.ciphertext)) as PropertyValue));
  };
  return mapValues(stored, reveal);
}

async function crypterOfState(invocation: Invocation) {
  const opened = await openStack(invocation);
  return await openStateSecrets(opened, await openSecrets(opened, invocation.env), invocation.env);
}

async function exportState(invocation: Invocation): Promise<void> {
  const { flags, words, print } = invocation;
  flags.allowOnly(["file", "show-secrets"]);
  expectWords(words, 0, 0);
  const { deployment } = await openStack(invocation);
  const shown = flags.has("show-secrets")
    ? reencode(deployment, (await crypterOfState(invocation)).decrypt)
    : deployment;
  const json = `${JSON.stringify({ version: 3, deployment: shown }, null, 4)}`;
  const file = flags.text("file");
  if (file === undefined) print(json);
  else await writeFile(file, `${json}\n`, { mode: 0o600 });
}

async function importState(invocation: Invocation): Promise<void> {
  const { flags, words, env, print } = invocation;
  flags.allowOnly(["file", "force"]);
  expectWords(words, 0, 0);
  const opened = await openStack(invocation);
  const file = flags.text("file");
  const content = file === undefined ? await text(process.stdin) : await readFile(file, "utf8");
  const label = file ?? "standard input";
  const { version, deployment } = asObject(parseJson(content, label), label) as {
    version?: number;
    deployment?: DeploymentJson;
  };
  if (version !== 3 || deployment === undefined) {
    throw new EngineFailure("could not import the state: expected an export in format version 3");
  }
  const crypter = await openSecrets(opened, env);
  if (!flags.has("force")) refuseDangerous(deployment, opened.stack);
  const { resources, pendingOperations } = decodeDeployment(
    deployment,
    await openStateSecrets({ deployment }, crypter, env),
  );
  // As with the CLI, an import is how pending operations are settled.
  for (const { resource, type } of pendingOperations) {
    process.stderr.write(
      `warning: removing pending operation '${type}' on '${resource.urn}' from snapshot\n`,
    );
  }
  await withLock(opened.backend, opened.project.name, opened.stack, async () => {
    await settleJournal(statePath(opened.backend, opened.project.name, opened.stack));
    const encoded = encodeDeployment({ resources, pendingOperations: [] }, crypter, new Date());
    await writeDeployment(opened.backend, opened.project.name, opened.stack, encoded);
  });
  print("Import complete.");
}

function refuseDangerous(deployment: DeploymentJson, stack: string): void {
  const problem = integrityProblem(deployment);
  const strangers = (deployment.resources ?? []).filter(
    ({ urn }) => !String(urn).startsWith(`urn:pulumi:${stack}::`),
  );
  const problems = [
    ...strangers.map(({ urn }) => `resource '${urn}' is from a different stack than ${stack}`),
    ...(problem === undefined ? [] : [`state file contains errors: ${problem}`]),
  ];
  if (problems.length === 0) return;
  const advice = "importing this file could be dangerous; rerun with --force to proceed anyway";
  throw new EngineFailure([...problems, advice].join("\n"));
}

// The export format with secrets shown holds each as the JSON text of its value.
function reencode(value: DeploymentJson, decrypt: (ciphertext: string) => string): DeploymentJson {
  return JSON.parse(JSON.stringify(value), (_key, item: unknown) => {
    const secret = item as { ciphertext?: unknown } & Record<string, unknown>;
    if (typeof item !== "object" || item === null || secret[signatureKey] !== secretSignature) return item;
    return typeof secret.ciphertext === "string"
      ? { [signatureKey]: secretSignature, plaintext: decrypt(secret.ciphertext) }
      : item;
  }) as DeploymentJson;
}

function asText(value: PropertyValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
