import path from "node:path";
import { IamKeysError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { readAtMost } from "../../readAtMost.ts";
import { readSetting } from "../../settings.ts";

type Entries = Readonly<Record<string, string>>;

/** The profile of the AWS CLI that holds: the one that is named, or else `default`. */
export interface AwsProfile {
  /** Why it cannot be used: it is named, and in none of the files. */
  readonly missing: IamKeysError | undefined;
  /** The region of its own. */
  readonly region: string | undefined;
  /** The addresses that it sets: each by the name of its service there, one for all others by "". */
  readonly endpoints: Entries;
  /** The address of EC2's metadata service, if it names one. */
  readonly metadataEndpoint: string | undefined;
  /** Whether anything in it may give credentials; undefined if it is not known which files count. */
  readonly mayGiveCredentials: boolean | undefined;
}

/** Many times what a user with hundreds of profiles has. */
const LARGEST_FILE = 2 ** 22;

/** What of a profile gives no credentials, whatever else there is. */
const NO_CREDENTIALS = ["region", "output", "endpoint_url", "services"];

/**
 * Reads the profile from the files of the AWS CLI. It is synchronous like the other settings, unlike the SDK's own
 * reader.
 */
export function awsProfile(ports: Ports): AwsProfile {
  const setting = readSetting(ports, { config: "aws:profile", environment: "AWS_PROFILE" });
  const name = setting?.value ?? "default";
  const files = filesOf(ports.environment);
  const known = files.every((file) => file !== undefined);
  const [config, credentials] = files;
  const inConfig = sectionsOf(config, [`profile ${name}`, ...(name === "default" ? [name] : [])]);
  const inCredentials = sectionsOf(credentials, [name]);
  const entries: Entries = { ...inConfig, ...inCredentials };
  return {
    missing:
      setting && known && !inConfig && !inCredentials
        ? new IamKeysError(
            "INVALID_CONFIG",
            `${setting.source} names the profile "${name}" of the AWS CLI, which is neither in ${config} nor in ${credentials}.`,
            { hint: "`aws configure list-profiles` shows which there are." },
          )
        : undefined,
    region: entries.region,
    metadataEndpoint: entries.ec2_metadata_service_endpoint,
    endpoints: {
      ...(entries.endpoint_url ? { "": entries.endpoint_url } : {}),
      ...(entries.services ? servicesOf(config, entries.services) : {}),
    },
    mayGiveCredentials: known
      ? Object.keys(entries).some((entry) => !NO_CREDENTIALS.includes(entry))
      : undefined,
  };
}

/** The config file and the credentials file, each undefined if this user has no home to look into. */
function filesOf(environment: Ports["environment"]): readonly [string | undefined, string | undefined] {
  const home = environment.HOME || environment.USERPROFILE;
  const own = (file: string) => (home ? path.join(home, ".aws", file) : undefined);
  return [
    environment.AWS_CONFIG_FILE || own("config"),
    environment.AWS_SHARED_CREDENTIALS_FILE || own("credentials"),
  ].map((file) => (home ? file?.replace(/^~(?=\/)/, home) : file)) as [
    string | undefined,
    string | undefined,
  ];
}

/** What the sections of these names hold; undefined if there is none of them. */
function sectionsOf(file: string | undefined, names: readonly string[]): Entries | undefined {
  const entries: Record<string, string> = {};
  let found = false;
  let isWanted = false;
  for (const line of linesOf(file)) {
    const section = sectionName(line);
    if (section !== undefined) {
      isWanted = names.includes(section);
      found ||= isWanted;
      continue;
    }
    // An indented line belongs to the entry before it.
    const entry = entryOf(line);
    if (isWanted && entry) entries[entry.key] = entry.value;
  }
  return found ? entries : undefined;
}

/** The addresses in a section of services, each an indented line under the name of its service. */
function servicesOf(file: string | undefined, name: string): Entries {
  const endpoints: Record<string, string> = {};
  let [isWanted, service] = [false, ""];
  for (const line of linesOf(file)) {
    const section = sectionName(line);
    if (section !== undefined) isWanted = section === `services ${name}`;
    else if (!/^\s/.test(line)) service = entryOf(line)?.key ?? service;
    else {
      const entry = entryOf(line.trimStart());
      if (isWanted && entry?.key === "endpoint_url") endpoints[service] = entry.value;
    }
  }
  return endpoints;
}

function sectionName(line: string): string | undefined {
  const [, section] = /^\[(.+)\]\s*(?:[#;].*)?$/.exec(line) ?? [];
  return section?.trim().replace(/\s+/g, " ").replaceAll(/["']/g, "");
}

function entryOf(line: string): { readonly key: string; readonly value: string } | undefined {
  const end = line.indexOf("=");
  if (end < 1 || /^[\s#;]/.test(line)) return undefined;
  const value = line.slice(end + 1).trimStart();
  return { key: line.slice(0, end).trimEnd(), value: value.replace(/\s[#;].*$/, "").trim() };
}

function linesOf(file: string | undefined): string[] {
  if (file === undefined) return [];
  try {
    return readAtMost(file, LARGEST_FILE).toString().split(/\r?\n/);
  } catch {
    // To the SDK, a file that it cannot read does not exist.
    return [];
  }
}
