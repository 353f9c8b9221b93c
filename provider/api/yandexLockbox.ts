import * as z from "zod";
import { IamKeysError, isListRefused, isNotFound } from "../errors.ts";
import { type Agents, createAgents } from "./agents.ts";
import type { ApiRequest } from "./apiRequest.ts";
import { type Answer, parseReply } from "./http.ts";
import { allPages } from "./pages.ts";
import { pathSegment } from "./pathSegment.ts";
import { LARGEST_PAGE, type YandexRequests } from "./yandexRequests.ts";

/** https://yandex.cloud/en/docs/lockbox/api-ref/Secret/addVersion */
const addedVersion = z.object({ metadata: z.object({ versionId: z.string().min(1) }) });

/** https://yandex.cloud/en/docs/lockbox/api-ref/Secret/get */
const secret = z.object({
  currentVersion: z
    .object({ id: z.string().min(1), payloadEntryKeys: z.array(z.string()).default([]) })
    .optional(),
});

/** https://yandex.cloud/en/docs/lockbox/api-ref/Secret/listVersions */
const versionsPage = z.object({
  versions: z.array(z.object({ id: z.string(), status: z.string().optional() })).default([]),
  nextPageToken: z.string().optional(),
});

/** The secrets of Lockbox, as the configured caller sees them. */
export class YandexLockbox {
  readonly #requests: YandexRequests;
  #lockbox: Agents | undefined;

  constructor(requests: YandexRequests) {
    this.#requests = requests;
  }

  /** Throws if it is not known where Lockbox is. */
  requirePlace(): void {
    void this.#requests.endpoints.lockbox;
  }

  /** Puts the entries into a new version of a Lockbox secret, beside those of its current one; gives its id. */
  async addSecretVersion(secretId: string, entries: Readonly<Record<string, string>>): Promise<string> {
    const reply = await this.#changeSecret("addVersion", secretId, {
      payloadEntries: Object.entries(entries).map(([key, textValue]) => ({ key, textValue })),
    });
    return parseReply("Secret.addVersion", addedVersion, reply).metadata.versionId;
  }

  /** If that version is the current one and has other entries, too, a new version with only those replaces it. */
  async removeSecretEntries(secretId: string, versionId: string, names: readonly string[]): Promise<void> {
    const operation = "Secret.get";
    const { json } = await this.#lockboxCall({
      operation,
      method: "GET",
      url: this.#secretUrl(secretId),
      subject: `secret ${secretId}`,
    });
    const { currentVersion } = parseReply(operation, secret, json);
    if (currentVersion?.id !== versionId) return;
    if (currentVersion.payloadEntryKeys.every((name) => names.includes(name))) return;
    await this.#changeSecret("addVersion", secretId, { payloadEntries: names.map((key) => ({ key })) });
  }

  /** Whether a version of a Lockbox secret can be read; undefined if the caller may not see that. */
  async isSecretVersionActive(secretId: string, versionId: string): Promise<boolean | undefined> {
    const operation = "Secret.listVersions";
    try {
      const all = await allPages(operation, async (pageToken) => {
        const { json } = await this.#lockboxCall({
          operation,
          method: "GET",
          url: `${this.#secretUrl(secretId)}/versions`,
          query: { pageSize: LARGEST_PAGE, ...(pageToken ? { pageToken } : {}) },
          subject: `secret ${secretId}`,
        });
        const { versions, nextPageToken } = parseReply(operation, versionsPage, json);
        const isThere = versions.some(({ id }) => id === versionId);
        return { items: versions, next: isThere ? undefined : nextPageToken };
      });
      return all.find(({ id }) => id === versionId)?.status === "ACTIVE";
    } catch (error) {
      if (isNotFound(error)) return false;
      if (isListRefused(error)) return undefined;
      throw error;
    }
  }

  /** Has Lockbox destroy a version after its own waiting time; one that is gone counts as destroyed. */
  async destroySecretVersion(secretId: string, versionId: string): Promise<void> {
    try {
      await this.#changeSecret("scheduleVersionDestruction", secretId, { versionId });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #changeSecret(method: string, secretId: string, body: Readonly<Record<string, unknown>>) {
    const operation = `Secret.${method}`;
    const { json } = await this.#lockboxCall({
      operation,
      method: "POST",
      url: `${this.#secretUrl(secretId)}:${method}`,
      body,
      subject: `secret ${secretId}`,
    });
    try {
      await this.#requests.waitUntilDone(operation, json);
    } catch (error) {
      if (error instanceof IamKeysError) error.mayHaveWorked = error.code !== "OPERATION_FAILED";
      throw error;
    }
    return json;
  }

  #secretUrl(secretId: string): string {
    return `${this.#requests.endpoints.lockbox}/lockbox/v1/secrets/${pathSegment(secretId)}`;
  }

  async #lockboxCall(request: Omit<ApiRequest, "token" | "agents">): Promise<Answer> {
    this.#lockbox ??= createAgents(this.#requests.endpoints.lockbox, this.#requests.ports.environment);
    return this.#requests.authorized(this.#lockbox, request);
  }
}
