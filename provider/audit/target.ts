import { requireEncryption } from "../api/endpoints.ts";
import { IamKeysError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { readSetting, type Setting } from "../settings.ts";
import { appendToOwnFile, requireOwnFile } from "./ownFile.ts";
import { signingKey, Webhook } from "./webhook.ts";

/** Where audit events go. */
export interface Target {
  /** How a message calls it. */
  readonly name: string;
  /** Takes a line; throws if it cannot. */
  write(line: string): void;
  /** Resolves when every line that it took is delivered; rejects if that failed. */
  flush(): Promise<void>;
  /** The lines that it took and did not deliver. */
  rest(): readonly string[];
}

const AUDIT_TO = { config: "iam-keys:auditTo", environment: "IAM_KEYS_AUDIT_TO" };
const SIGNING_KEY = { config: "iam-keys:auditSigningKey", environment: "IAM_KEYS_AUDIT_SIGNING_KEY" };

/**
 * The target that the settings name: "stderr", the path of a file or the URL of a webhook; undefined if they name none.
 * Throws if they are wrong; sends nothing.
 */
export function auditTarget(ports: Ports): Target | undefined {
  const setting = readSetting(ports, AUDIT_TO);
  if (!setting) return undefined;
  if (setting.value === "stderr") return standardError(ports);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(setting.value) ? webhook(setting, ports) : file(setting);
}

/** What always takes a line. */
export function standardError(ports: Ports): Target {
  return immediate("standard error", (line) => ports.print(line));
}

function file({ value: path, source }: Setting): Target {
  requireOwnFile(path, source);
  return immediate(path, (line) => appendToOwnFile(path, line));
}

function immediate(name: string, write: (line: string) => void): Target {
  return { name, write, flush: async () => {}, rest: () => [] };
}

function webhook({ value, source }: Setting, ports: Ports): Target {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !["https:", "http:"].includes(url.protocol)) {
    throw new IamKeysError(
      "INVALID_CONFIG",
      `${source} must be "stderr", the path of a file or an https:// URL.`,
    );
  }
  requireEncryption(url, source);
  const key = readSetting(ports, SIGNING_KEY);
  if (!key) {
    throw new IamKeysError("INVALID_CONFIG", `${source} is a webhook, whose events must be signed.`, {
      hint: `Set ${SIGNING_KEY.config}, as a secret, to a key such as the output of: echo "whsec_$(openssl rand -base64 32)"`,
    });
  }
  return new Webhook(url, signingKey(key), ports);
}
