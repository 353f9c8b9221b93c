import { randomBytes } from "node:crypto";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { nameOf } from "../../../stack/files/urn.ts";
import { EngineFailure, messageOf } from "../failure.ts";
import { grpcOptions } from "../servers/grpcOptions.ts";
import { typeOf } from "../state/resourceState.ts";
import { inheritSecrets, type PropertyMap, withoutSecrets } from "../values/propertyValue.ts";
import { fromStruct, fullWire, toStruct, type WireOptions } from "../values/wire.ts";

/** Why inputs were refused. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** What a provider says about the difference between what is and what is wanted. */
export interface Diff {
  readonly changes: "none" | "some" | "unknown";
  readonly replaceKeys: readonly string[];
  readonly changedKeys: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Kind of change by property path, from a provider that knows. */
  readonly detailed: ReadonlyMap<string, PropertyChange> | undefined;
}

/** How one property changes. */
export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
  /** Whether inputs were compared with inputs, rather than with what is really there. */
  readonly isInput: boolean;
}

/** The resource exists, but did not become ready: it is kept, and the run fails. */
export class InitializationFailure extends Error {
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap | undefined;
  readonly reasons: readonly string[];

  constructor(id: string, outputs: PropertyMap, inputs: PropertyMap | undefined, reasons: readonly string[]) {
    super(`resource init failed: ${reasons.join(", ")}`);
    this.name = "InitializationFailure";
    this.id = id;
    this.outputs = outputs;
    this.inputs = inputs;
    this.reasons = reasons;
  }
}

/** Whether the provider went away in the middle of a request, so that nobody knows what came of it. */
export function isUnanswered(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === status.UNAVAILABLE || code === status.CANCELLED;
}

/** A provider's answer to create and update. */
export interface Made {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** A provider's answer to read; without an id the resource is gone. */
export interface Found {
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap | undefined;
}

/** Talks to one configured provider process, in the engine's own kinds of value. */
export class ProviderClient {
  readonly #client: InstanceType<typeof providerServices.ResourceProviderClient>;
  #wire: WireOptions = { secrets: false, resourceReferences: false };
  #supportsPreview = false;

  constructor(port: number) {
    this.#client = new providerServices.ResourceProviderClient(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
      grpcOptions,
    );
  }

  /** Hands the configuration to the provider; must come before any work on resources. */
  async configure(urn: string, id: string, inputs: PropertyMap): Promise<void> {
    const request = new messages.ConfigureRequest();
    addressTo(request, urn);
    request.setId(id);
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSendsOldInputs(true);
    request.setSendsOldInputsToDelete(true);
    const packageName = typeOf(urn).split(":").at(-1);
    for (const [key, value] of Object.entries(inputs)) {
      const plain = withoutSecrets(value);
      if (key === "version") continue;
      request
        .getVariablesMap()
        .set(`${packageName}:config:${key}`, typeof plain === "string" ? plain : JSON.stringify(plain));
    }
    request.setArgs(toStruct(inputs, fullWire));
    const reply = await send<ConfigureResponse>((done) => this.#client.configure(request, done));
    this.#wire = { secrets: reply.getAcceptsecrets(), resourceReferences: reply.getAcceptresources() };
    this.#supportsPreview = reply.getSupportspreview();
  }

  /** Lets the provider refuse or complete its own configuration. */
  async checkConfig(urn: string, olds: PropertyMap, news: PropertyMap): Promise<PropertyMap> {
    const request = checkRequest(urn, toStruct(olds, fullWire), toStruct(news, fullWire));
    const reply = await unlessUnimplemented(
      send<CheckResponse>((done) => this.#client.checkConfig(request, done)),
    );
    if (reply === undefined) return news;
    const [failure] = failuresOf(reply.getFailuresList());
    if (failure !== undefined) throw new EngineFailure(`${failure.property}: ${failure.reason}`);
    const inputs = reply.hasInputs() ? fromStruct(reply.getInputs(), urn) : news;
    inheritSecrets(inputs, news);
    return inputs;
  }

  /** Lets the provider validate and complete the inputs of a resource. */
  async check(
    urn: string,
    olds: PropertyMap,
    news: PropertyMap,
  ): Promise<{ inputs: PropertyMap; failures: readonly CheckFailure[] }> {
    const request = checkRequest(urn, toStruct(olds, this.#wire), toStruct(news, this.#wire));
    request.setRandomseed(randomBytes(32));
    const reply = await send<CheckResponse>((done) => this.#client.check(request, done));
    const inputs = fromStruct(reply.getInputs(), urn);
    if (!this.#wire.secrets) inheritSecrets(inputs, news);
    return { inputs, failures: failuresOf(reply.getFailuresList()) };
  }

  async diff(
    urn: string,
    id: string,
    olds: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
    news: PropertyMap,
    ignoreChanges: readonly string[],
  ): Promise<Diff> {
    const request = new messages.DiffRequest();
    request.setId(id);
    addressTo(request, urn);
    request.setOldInputs(toStruct(olds.inputs, this.#wire));
    request.setOlds(toStruct(olds.outputs, this.#wire));
    request.setNews(toStruct(news, this.#wire));
    request.setIgnorechangesList([...ignoreChanges]);
    const reply = await send<DiffResponse>((done) => this.#client.diff(request, done));
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const changes = reply.getChanges();
    return {
      changes: changes === DIFF_NONE ? "none" : changes === DIFF_SOME ? "some" : "unknown",
      replaceKeys: reply.getReplacesList(),
      changedKeys: reply.getDiffsList(),
      deleteBeforeReplace: reply.getDeletebeforereplace(),
      detailed: detailedDiffOf(reply),
    };
  }

  /** Creates a resource; in a preview of a provider that cannot tell, its outputs are its inputs. */
  async create(urn: string, inputs: PropertyMap, timeout: number, preview: boolean): Promise<Made> {
    if (preview && !this.#supportsPreview) return { id: "", outputs: { ...inputs } };
    const request = new messages.CreateRequest();
    addressTo(request, urn);
    request.setProperties(toStruct(inputs, this.#wire));
    request.setTimeout(timeout);
    request.setPreview(preview);
    const reply = await this.#keepInitialized(
      send<CreateResponse>((done) => this.#client.create(request, done)),
      inputs,
      urn,
    );
    if (reply.getId() === "" && !preview)
      throw new EngineFailure("provider did not return an ID from Create");
    return { id: reply.getId(), outputs: this.#receive(reply.getProperties(), inputs, urn) };
  }

  async update(
    urn: string,
    id: string,
    olds: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
    news: PropertyMap,
    options: {
      readonly timeout: number;
      readonly preview: boolean;
      readonly ignoreChanges: readonly string[];
    },
  ): Promise<Made> {
    if (options.preview && !this.#supportsPreview) return { id, outputs: { ...news } };
    const request = new messages.UpdateRequest();
    request.setId(id);
    addressTo(request, urn);
    request.setOldInputs(toStruct(olds.inputs, this.#wire));
    request.setOlds(toStruct(olds.outputs, this.#wire));
    request.setNews(toStruct(news, this.#wire));
    request.setTimeout(options.timeout);
    request.setPreview(options.preview);
    request.setIgnorechangesList([...options.ignoreChanges]);
    const reply = await this.#keepInitialized(
      send<UpdateResponse>((done) => this.#client.update(request, done)),
      news,
      urn,
    );
    return { id, outputs: this.#receive(reply.getProperties(), news, urn) };
  }

  async read(
    urn: string,
    id: string,
    state: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
  ): Promise<Found> {
    const request = new messages.ReadRequest();
    request.setId(id);
    addressTo(request, urn);
    request.setInputs(toStruct(state.inputs, this.#wire));
    request.setProperties(toStruct(state.outputs, this.#wire));
    const reply = await this.#keepInitialized(
      send<ReadResponse>((done) => this.#client.read(request, done)),
      state.outputs,
      urn,
    );
    return {
      id: reply.getId(),
      outputs: this.#receive(reply.getProperties(), state.outputs, urn),
      inputs: reply.hasInputs() ? this.#receive(reply.getInputs(), state.inputs, urn) : undefined,
    };
  }

  async delete(
    urn: string,
    id: string,
    state: { readonly inputs: PropertyMap; readonly outputs: PropertyMap },
    timeout: number,
  ): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    addressTo(request, urn);
    request.setOldInputs(toStruct(state.inputs, this.#wire));
    request.setProperties(toStruct(state.outputs, this.#wire));
    request.setTimeout(timeout);
    await send<unknown>((done) => this.#client.delete(request, done));
  }

  /** Asks the provider to end its requests soon; one that cannot is none the worse for it. */
  async cancel(): Promise<void> {
    await send<unknown>((done) => this.#client.cancel(new empties.Empty(), done)).catch(() => {});
  }

  close(): void {
    this.#client.close();
  }

  #receive(struct: Struct | undefined, source: PropertyMap, label: string): PropertyMap {
    const properties = fromStruct(struct, label);
    if (!this.#wire.secrets) inheritSecrets(properties, source);
    return properties;
  }

  async #keepInitialized<Reply>(call: Promise<Reply>, source: PropertyMap, label: string): Promise<Reply> {
    try {
      return await call;
    } catch (error) {
      const detail = initializationDetailOf(error as ServiceError);
      if (detail === undefined) throw error;
      throw new InitializationFailure(
        detail.getId(),
        this.#receive(detail.getProperties(), source, label),
        detail.hasInputs() ? this.#receive(detail.getInputs(), source, label) : undefined,
        detail.getReasonsList(),
      );
    }
  }
}

// The generated client has overloads, of which TypeScript would infer the last: this names the one that is used.
function send<Reply>(
  start: (done: (error: ServiceError | null, reply: Reply) => void) => unknown,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    start((error, reply) => {
      if (error !== null) reject(error);
      else resolve(reply);
    });
  });
}

function checkRequest(urn: string, olds: Struct, news: Struct): InstanceType<typeof messages.CheckRequest> {
  const request = new messages.CheckRequest();
  request.setUrn(urn);
  request.setName(nameOf(urn));
  request.setType(typeOf(urn));
  request.setOlds(olds);
  request.setNews(news);
  return request;
}

function failuresOf(failures: InstanceType<typeof messages.CheckFailure>[]): CheckFailure[] {
  return failures.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

function detailedDiffOf(
  reply: InstanceType<typeof messages.DiffResponse>,
): ReadonlyMap<string, PropertyChange> | undefined {
  if (!reply.getHasdetaileddiff()) return undefined;
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  const changes = new Map<string, PropertyChange>();
  for (const [path, difference] of reply.getDetaileddiffMap().entries()) {
    const kind = difference.getKind();
    changes.set(path, {
      kind:
        kind === ADD || kind === ADD_REPLACE
          ? "add"
          : kind === DELETE || kind === DELETE_REPLACE
            ? "delete"
            : "update",
      replaces: kind === ADD_REPLACE || kind === DELETE_REPLACE || kind === UPDATE_REPLACE,
      isInput: difference.getInputdiff(),
    });
  }
  return changes;
}

async function unlessUnimplemented<Reply>(call: Promise<Reply>): Promise<Reply | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as ServiceError).code === status.UNIMPLEMENTED) return undefined;
    throw new EngineFailure(messageOf(error));
  }
}

// A provider sends what it could create as a detail of its error.
function initializationDetailOf(
  error: ServiceError,
): InstanceType<typeof messages.ErrorResourceInitFailed> | undefined {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(bytes instanceof Buffer)) return undefined;
  for (const detail of statuses.Status.deserializeBinary(bytes).getDetailsList()) {
    if (detail.getTypeName() === "pulumirpc.ErrorResourceInitFailed") {
      return messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    }
  }
  return undefined;
}

/** Says which resource a request is about. */
function addressTo(
  request: { setUrn(urn: string): unknown; setName(name: string): unknown; setType(type: string): unknown },
  urn: string,
): void {
  request.setUrn(urn);
  request.setName(nameOf(urn));
  request.setType(typeOf(urn));
}
