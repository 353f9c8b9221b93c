import type { AuthorizedKey } from "../auth/authorizedKey.ts";
import { exchangeAuthorizedKey } from "../auth/yandex/signedExchange.ts";
import { IamKeysError } from "../errors.ts";
import { keepSecret } from "../redact.ts";
import { type Agents, createAgents } from "./agents.ts";
import { sendRequest } from "./http.ts";
import { pathSegment } from "./pathSegment.ts";
import type { Verification } from "./verification.ts";
import type { YandexRequests } from "./yandexRequests.ts";

const STORAGE_REGION = "ru-central1";

/** Uses keys and tokens of Yandex Cloud once, as their consumers would. */
export class YandexTrials {
  readonly #requests: YandexRequests;
  #storage: Agents | undefined;

  constructor(requests: YandexRequests) {
    this.#requests = requests;
  }

  /** Whether the API still knows a token: it is used once, to read the service account it stands for. */
  async acceptsToken(iamToken: string, serviceAccountId: string): Promise<boolean> {
    keepSecret(iamToken);
    try {
      await sendRequest({
        operation: "ServiceAccount.get",
        method: "GET",
        url: `${this.#requests.endpoints.iam}/iam/v1/serviceAccounts/${pathSegment(serviceAccountId)}`,
        token: iamToken,
        agents: this.#requests.iamAgents,
      });
      return true;
    } catch (error) {
      if (!(error instanceof IamKeysError)) throw error;
      if (error.code === "UNAUTHENTICATED") return false;
      // A token without a right to read its account still works.
      if (error.code === "PERMISSION_DENIED" || error.code === "NOT_FOUND") return true;
      throw error;
    }
  }

  /** Tries a new authorized key: exchanges it for a token, as its consumer will. */
  async verifyAuthorizedKey(key: AuthorizedKey): Promise<Verification> {
    try {
      await exchangeAuthorizedKey(
        key,
        this.#requests.endpoints.iam,
        this.#requests.iamAgents,
        this.#requests.ports.now(),
      );
    } catch (error) {
      if (
        error instanceof IamKeysError &&
        ["UNAUTHENTICATED", "NOT_FOUND", "INVALID_ARGUMENT"].includes(error.code)
      ) {
        return "refused";
      }
      throw error;
    }
    this.#requests.caller.offerSuccessor(key);
    return "works";
  }

  /** Tries a new static key: signs a request to Object Storage, which needs no right to be understood. */
  async verifyAccessKey(accessKeyId: string, secretAccessKey: string): Promise<Verification> {
    const { storage } = this.#requests.endpoints;
    if (storage === undefined) return { unclear: "yandex:storageEndpoint is not set" };
    const { s3ErrorCode, signedGet } = await import("./signedGet.ts");
    const { status, body } = await signedGet({
      operation: "ListBuckets",
      url: `${storage}/`,
      service: "s3",
      region: STORAGE_REGION,
      accessKeyId,
      secretAccessKey,
      agents: this.#storageAgents(storage),
      now: this.#requests.ports.now(),
    });
    const code = s3ErrorCode(body);
    if (/<ListAllMyBucketsResult\b/.test(body) || code === "AccessDenied") return "works";
    if (code && ["InvalidAccessKeyId", "SignatureDoesNotMatch"].includes(code)) return "refused";
    if (status >= 500 || status === 429)
      throw new IamKeysError("UNAVAILABLE", `${storage} answered with an error.`, { status });
    return { unclear: `${storage} does not answer as Object Storage does (HTTP ${status})` };
  }

  #storageAgents(storage: string): Agents {
    this.#storage ??= createAgents(storage, this.#requests.ports.environment);
    return this.#storage;
  }
}
