import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ConfigureRequest, InvokeRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { IamKeysError, PartialFailure } from "../errors.ts";
import { guarded } from "../guarded.ts";
import { redact } from "../redact.ts";
import { checkConfig, diffConfig } from "./configCalls.ts";
import { ConfiguredProvider } from "./configured.ts";
import type { EngineLog } from "./engineLog.ts";
import { failureOf } from "./failures.ts";
import { getPluginInfo, getSchema, handshake } from "./introductions.ts";
import type { OpenCalls } from "./openCalls.ts";
import * as resourceCalls from "./resourceCalls.ts";
import { identityOf } from "./urns.ts";
import { fromWire, toWire } from "./wire.ts";

const GET_IAM_TOKEN = "iam-keys:yandex:getIamToken";

/** Front door 2: the calls by which the engine uses a plugin. */
export class Plugin {
  readonly #engine: EngineLog;
  readonly #openCalls: OpenCalls;
  readonly #cancelled = new AbortController();
  #configured: ConfiguredProvider | undefined;

  constructor(engine: EngineLog, openCalls: OpenCalls) {
    this.#engine = engine;
    this.#openCalls = openCalls;
  }

  /** What to serve; a call that is not among these is refused as such. */
  get service(): UntypedServiceImplementation {
    return {
      handshake: this.#answer(handshake),
      getPluginInfo: this.#answer(getPluginInfo),
      getSchema: this.#answer(getSchema),
      checkConfig: this.#answer(checkConfig),
      diffConfig: this.#answer(diffConfig),
      configure: this.#answer((request: ConfigureRequest) => this.#configure(request)),
      check: this.#answerAbout(resourceCalls.check),
      diff: this.#answerAbout(resourceCalls.diff),
      create: this.#answerAbout(resourceCalls.create),
      read: this.#answerAbout(resourceCalls.read),
      update: this.#answerAbout(resourceCalls.update),
      delete: this.#answerAbout(resourceCalls.remove),
      invoke: this.#answer((request: InvokeRequest) => this.#invoke(request)),
      cancel: this.#answer(() => {
        this.#cancelled.abort();
        return new empties.Empty();
      }),
    };
  }

  #configure(request: ConfigureRequest) {
    const given = fromWire(request.getArgs()).properties;
    const urn = request.getUrn() ?? "";
    this.#configured = new ConfiguredProvider(urn, given, this.#engine, this.#cancelled.signal);
    const reply = new messages.ConfigureResponse();
    reply.setAcceptsecrets(true);
    reply.setSupportspreview(true);
    return reply;
  }

  async #invoke(request: InvokeRequest) {
    if (request.getTok() !== GET_IAM_TOKEN)
      throw new IamKeysError("INVALID_ARGUMENT", `iam-keys has no function ${request.getTok()}.`);
    const { serviceAccountId } = fromWire(request.getArgs()).properties;
    const provider = this.#provider;
    const iamToken = await provider.ports.during("", 0, () => provider.iamToken(serviceAccountId));
    const reply = new messages.InvokeResponse();
    reply.setReturn(toWire({ iamToken }, new Set(["iamToken"])));
    return reply;
  }

  get #provider(): ConfiguredProvider {
    if (!this.#configured) throw new Error("the engine used the provider without configuring it");
    return this.#configured;
  }

  /** Answers calls about a resource. What was secret in the question is secret in the answer. */
  #answerAbout<Request extends resourceCalls.AboutResource, Reply>(
    work: (request: Request, about: resourceCalls.About) => Promise<Reply>,
  ): handleUnaryCall<Request, Reply> {
    const about = async (request: Request): Promise<resourceCalls.About> => {
      const identity = identityOf(request.getUrn());
      const { wording } = this.#provider;
      const resource = await this.#provider.resources(identity.type);
      return { resource, identity, secrets: resourceCalls.secretsIn(request, resource), wording };
    };
    return this.#answer(
      (request: Request) =>
        this.#provider.ports.during(request.getUrn(), request.getTimeout?.() ?? 0, async () =>
          work(request, await about(request)),
        ),
      async (request) => (await about(request)).secrets,
    );
  }

  #answer<Request, Reply>(
    work: (request: Request) => Reply | Promise<Reply>,
    secretsIn: (request: Request) => Promise<ReadonlySet<string>> = async () => new Set(),
  ): handleUnaryCall<Request, Reply> {
    return ({ request }, done) => {
      void this.#openCalls.during(async () => {
        try {
          done(null, await guarded(async () => work(request)));
        } catch (error) {
          const wording = this.#configured?.wording ?? redact;
          const secrets = error instanceof PartialFailure ? await secretsIn(request) : new Set<string>();
          done(failureOf(error, wording, secrets));
        }
      });
    };
  }
}
