import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { PartialFailure } from "../../provider/errors.ts";
import type { Properties } from "../../provider/kinds/kind.ts";
import type { Lifecycle } from "../../provider/lifecycle/contract.ts";
import { loadDerivedOutputs } from "../../provider/lifecycle/loadLifecycle.ts";
import { NativeResource } from "../../provider/native/nativeResource.ts";
import * as calls from "../../provider/native/resourceCalls.ts";
import { fromWire, toWire } from "../../provider/native/wire.ts";
import { redact } from "../../provider/redact.ts";
import type { Session } from "../../provider/session.ts";

/** A lifecycle that is entered by the plugin's calls, as the engine makes them, in this process: its clock is the world's. */
export async function pluginLifecycle(type: string, session: Session): Promise<Lifecycle> {
  const [resource, derived] = await Promise.all([
    NativeResource.load(type, session),
    loadDerivedOutputs(type),
  ]);
  /** Whose resource it is, its properties say. */
  const about = (request: calls.AboutResource, { owner }: Properties = {}) => ({
    resource,
    identity: { type, owner: String(owner) },
    secrets: calls.secretsIn(request, resource),
    wording: redact,
  });
  const sent = (properties: Properties) => toWire(properties, new Set(resource.secrets));
  /** What a state has of outputs that the simulation keeps as the lifecycle gives them. */
  const whole = (id: string, outputs: Properties) => sent({ ...outputs, ...derived.of(id, outputs) });
  const own = (struct: Struct | undefined) => derived.without(fromWire(struct).properties);
  return {
    async check(olds, { owner, ...news }) {
      const request = new messages.CheckRequest();
      request.setOlds(sent(olds));
      request.setNews(sent(news));
      const reply = await calls.check(request, about(request, { owner }));
      return {
        inputs: fromWire(reply.getInputs()).properties,
        problems: reply.getFailuresList().map((failure) => failure.getReason()),
      };
    },
    async diff(id, outputs, inputs) {
      const request = new messages.DiffRequest();
      request.setId(id);
      request.setOlds(whole(id, outputs));
      request.setNews(sent(inputs));
      const reply = await calls.diff(request, about(request, inputs));
      const replaces = reply.getReplacesList();
      const updates = reply.getDiffsList().filter((name) => !replaces.includes(name));
      return { replaces, updates, outlook: undefined };
    },
    async create(inputs) {
      const request = new messages.CreateRequest();
      request.setProperties(sent(inputs));
      const reply = await keepingOwn(() => calls.create(request, about(request)));
      return { id: reply.getId(), outputs: own(reply.getProperties()) };
    },
    async read(id, outputs) {
      const request = new messages.ReadRequest();
      request.setId(id);
      request.setProperties(whole(id, outputs));
      const reply = await calls.read(request, about(request, outputs));
      if (reply.getId() === "") return undefined;
      const inputs = reply.hasInputs() ? fromWire(reply.getInputs()).properties : undefined;
      return { outputs: own(reply.getProperties()), inputs };
    },
    async update(id, outputs, inputs) {
      const request = new messages.UpdateRequest();
      request.setId(id);
      request.setOlds(whole(id, outputs));
      request.setNews(sent(inputs));
      const reply = await keepingOwn(() => calls.update(request, about(request, inputs)));
      return own(reply.getProperties());
    },
    async delete(id, outputs) {
      const request = new messages.DeleteRequest();
      request.setId(id);
      request.setProperties(whole(id, outputs));
      await calls.remove(request, about(request));
    },
  };

  /** What is kept of an unfinished resource has its derived outputs, too, as the plugin hands it over. */
  async function keepingOwn<Reply>(work: () => Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      throw new PartialFailure(error.id, derived.without(error.properties), error.message);
    }
  }
}
