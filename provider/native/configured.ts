import { readConfiguration } from "../configuration.ts";
import { IamKeysError } from "../errors.ts";
import { iamTokenOf } from "../iamTokenOf.ts";
import type { Properties } from "../kinds/kind.ts";
import { Session } from "../session.ts";
import type { EngineLog } from "./engineLog.ts";
import { EnginePorts } from "./enginePorts.ts";
import { NativeResource } from "./nativeResource.ts";
import { isDefaultProvider } from "./urns.ts";
import { inProviderArguments, inStackConfig, type Wording } from "./wording.ts";

/** A provider with its settings: one account, one session. */
export class ConfiguredProvider {
  readonly ports: EnginePorts;
  readonly wording: Wording;
  readonly #session: Session;
  readonly #resources = new Map<string, Promise<NativeResource>>();

  /**
   * @param urn of the provider; empty if the engine does not send it
   * @param given its arguments
   */
  constructor(urn: string, given: Properties, engine: EngineLog, cancelled: AbortSignal) {
    const config = configOfStack();
    // A provider without settings of its own is like the default one.
    const isDefault = urn === "" ? readConfiguration(given).settings.size === 0 : isDefaultProvider(urn);
    this.wording = isDefault ? inStackConfig : inProviderArguments;
    const { settings, problems } = readConfiguration(isDefault ? config : given);
    if (problems.length > 0) throw new IamKeysError("INVALID_CONFIG", `${problems.join("; ")}.`);
    // What concerns all keys of the stack is said once for all of its providers.
    const ofStack = readConfiguration(config).settings;
    this.ports = new EnginePorts(
      (name) => (settings.get(name) ?? (name.startsWith("iam-keys:") ? ofStack.get(name) : undefined))?.text,
      engine,
      this.wording,
      cancelled,
    );
    this.#session = new Session(this.ports);
  }

  /** The resources of that type. */
  resources(type: string): Promise<NativeResource> {
    const known = this.#resources.get(type) ?? NativeResource.load(type, this.#session);
    this.#resources.set(type, known);
    return known;
  }

  /** An IAM token of that account. */
  iamToken(serviceAccountId: unknown): Promise<string> {
    return iamTokenOf(this.#session, String(serviceAccountId ?? ""));
  }
}

/**
 * The stack's config of this package as it is now, secrets unencrypted. The engine hands it over beside the arguments
 * of the default provider, and does so for a refresh and a destroy too, where those are of the last `up`.
 */
function configOfStack(): Properties {
  const all: object = JSON.parse(process.env.PULUMI_CONFIG || "{}");
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name.replace(/^iam-keys:/, ""), value]),
  );
}
