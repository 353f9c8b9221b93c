import type {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { checkFailure } from "./checkFailure.ts";
import { detailedDiff } from "./detailedDiff.ts";
import type { NativeResource } from "./nativeResource.ts";
import { outputNames } from "./schema.ts";
import type { Identity } from "./urns.ts";
import { fromWire, toWire } from "./wire.ts";
import type { Wording } from "./wording.ts";

/** A call about a resource, whichever it is. */
export interface AboutResource {
  getUrn(): string;
  getTimeout?(): number;
  getOlds?(): Struct | undefined;
  getNews?(): Struct | undefined;
  getProperties?(): Struct | undefined;
}

/** What a call is about. */
export interface About {
  readonly resource: NativeResource;
  readonly identity: Identity;
  /** The names of its properties that are secrets. */
  readonly secrets: ReadonlySet<string>;
  readonly wording: Wording;
}

/** The names of the properties that are secrets: those that always are, and those that a program or a state has made so. */
export function secretsIn(request: AboutResource, resource: NativeResource): ReadonlySet<string> {
  const structs = [request.getOlds?.(), request.getNews?.(), request.getProperties?.()];
  return new Set([...resource.secrets, ...structs.flatMap((struct) => fromWire(struct).secrets)]);
}

export async function check(request: CheckRequest, { resource, identity, secrets, wording }: About) {
  const [olds, news] = [plain(request.getOlds()), plain(request.getNews())];
  const { inputs, problems } = await resource.check(identity, olds, news);
  const reply = new messages.CheckResponse();
  reply.setInputs(toWire(inputs, secrets));
  reply.setFailuresList(problems.map((problem) => checkFailure(wording(problem))));
  return reply;
}

export async function diff(request: DiffRequest, { resource, identity }: About) {
  const [olds, news] = [plain(request.getOlds()), plain(request.getNews())];
  const difference = await resource.diff(identity, request.getId(), olds, news);
  return detailedDiff(difference, plain(request.getOldInputs()), news);
}

export async function create(request: CreateRequest, { resource, identity, secrets }: About) {
  const inputs = plain(request.getProperties());
  const reply = new messages.CreateResponse();
  if (request.getPreview()) {
    const foreseen = resource.foreseeCreated(inputs, await outputNames(identity.type));
    reply.setProperties(toWire(foreseen, secrets));
    return reply;
  }
  const { id, outputs } = await resource.create(inputs);
  reply.setId(id);
  reply.setProperties(toWire(outputs, secrets));
  return reply;
}

export async function read(request: ReadRequest, { resource, identity, secrets }: About) {
  const found = await resource.read(identity, request.getId(), plain(request.getProperties()));
  const reply = new messages.ReadResponse();
  // Without an id it says that the resource is gone.
  if (!found) return reply;
  reply.setId(found.id);
  reply.setProperties(toWire(found.outputs, secrets));
  reply.setInputs(found.inputs ? toWire(found.inputs, secrets) : request.getInputs());
  return reply;
}

export async function update(request: UpdateRequest, { resource, identity, secrets }: About) {
  const [olds, news] = [plain(request.getOlds()), plain(request.getNews())];
  const outputs = request.getPreview()
    ? resource.foreseeUpdated(identity, request.getId(), olds, news)
    : await resource.update(identity, request.getId(), olds, news);
  const reply = new messages.UpdateResponse();
  reply.setProperties(toWire(outputs, secrets));
  return reply;
}

export async function remove(request: DeleteRequest, { resource }: About) {
  await resource.delete(request.getId(), plain(request.getProperties()));
  return new empties.Empty();
}

function plain(struct: Struct | undefined) {
  return fromWire(struct).properties;
}
