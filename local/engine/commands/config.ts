import { text } from "node:stream/consumers";
import { fullConfigKey } from "../../../stack/files/stackSettings.ts";
import { EngineFailure } from "../failure.ts";
import { expectWords, type Invocation, openSecrets, openStack } from "./commandContext.ts";

/** `config`, `config get`, `config set` and `config rm`. */
export async function configCommand(invocation: Invocation): Promise<void> {
  const [name, ...words] = invocation.words;
  const rest = { ...invocation, words };
  switch (name) {
    case undefined:
      return await list(rest);
    case "get":
      return await get(rest);
    case "set":
      return await set(rest);
    case "rm":
      return await remove(rest);
    default:
      throw new EngineFailure(`unknown command "${name}" for "pulumi config" in the local engine`);
  }
}

async function list(invocation: Invocation): Promise<void> {
  const { flags, env, print } = invocation;
  flags.allowOnly(["config-file", "json", "show-secrets"]);
  const opened = await openStack(invocation);
  const show = flags.has("show-secrets");
  const values = opened.config.values(show ? await openSecrets(opened, env) : undefined);
  const prefix = `${opened.project.name}:`;
  const rows = [...values].map(([key, { value, secret }]) => ({
    key,
    shown: key.startsWith(prefix) ? key.slice(prefix.length) : key,
    value: secret && !show ? "[secret]" : value,
    secret,
  }));
  if (flags.has("json")) {
    const json = rows.map(({ key, value, secret }) => [
      key,
      secret && !show ? { secret } : { value, secret },
    ]);
    print(JSON.stringify(Object.fromEntries(json), null, 2));
    return;
  }
  const width = Math.max("KEY".length, ...rows.map(({ shown }) => shown.length));
  print(`${"KEY".padEnd(width)}  VALUE`);
  for (const { shown, value } of rows) print(`${shown.padEnd(width)}  ${value}`);
}

async function get(invocation: Invocation): Promise<void> {
  const { flags, words, env, print } = invocation;
  flags.allowOnly(["config-file"]);
  expectWords(words, 1, 1);
  const opened = await openStack(invocation);
  const key = fullConfigKey(opened.project, words[0] ?? "");
  // Only a secret needs the passphrase.
  const found = opened.config.values(undefined).get(key);
  if (found === undefined) {
    throw new EngineFailure(`configuration key '${words[0]}' not found for stack '${opened.stack}'`);
  }
  const revealed = found.secret ? opened.config.values(await openSecrets(opened, env)).get(key) : found;
  print(revealed?.value ?? "");
}

async function set(invocation: Invocation): Promise<void> {
  const { flags, words, env } = invocation;
  flags.allowOnly(["config-file", "secret", "plaintext"]);
  expectWords(words, 1, 2);
  const opened = await openStack(invocation);
  const key = fullConfigKey(opened.project, words[0] ?? "");
  if (words[1] === undefined && process.stdin.isTTY) throw new EngineFailure("missing value");
  const value = words[1] ?? (await text(process.stdin)).replace(/\r?\n$/, "");
  const crypter = flags.has("secret") ? await openSecrets(opened, env) : undefined;
  opened.config.set(key, value, crypter);
  await opened.config.save();
}

async function remove(invocation: Invocation): Promise<void> {
  const { flags, words } = invocation;
  flags.allowOnly(["config-file"]);
  expectWords(words, 1, 1);
  const { project, config } = await openStack(invocation);
  config.remove(fullConfigKey(project, words[0] ?? ""));
  await config.save();
}
