import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages, { type LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import structs, { type JavaScriptValue, type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { COMPILED } from "./compiled.ts";
import type { Properties } from "./dynamicProvider.ts";

const MAIN = fileURLToPath(new URL("../../provider/native/main.ts", import.meta.url));
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A secret, as the engine and a plugin tell it to each other. */
export const secret = (value: unknown) => ({ [SIGNATURE]: SECRET, value });

/** The URN of a resource of that type, with no parent. */
export const urnOf = (type: string, name = "uploads") =>
  `urn:pulumi:stack::project::iam-keys:${type}::${name}`;

export const DEFAULT_PROVIDER = "urn:pulumi:stack::project::pulumi:providers:iam-keys::default";

/** What of the outside the process may see: nothing that holds credentials or names a proxy. */
const INHERITED = ["PATH", "TMPDIR", "NODE_V8_COVERAGE"];

export interface NativeOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** The stack's config of this package: "yandexToken". */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A call that failed. */
export class CallFailed extends Error {
  /** The resource that is to be kept all the same. */
  readonly kept:
    | { readonly id: string; readonly properties: Properties; readonly reasons: string[] }
    | undefined;

  constructor(message: string, kept: CallFailed["kept"]) {
    super(message);
    this.kept = kept;
  }
}

type Client = InstanceType<typeof providerServices.ResourceProviderClient>;

/** The process of the plugin, used as the engine uses it, which this also stands for. */
export class NativeProvider implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly client: Client;
  readonly #engine: Server;
  readonly #printed: string[];

  private constructor(process: ChildProcess, port: number, engine: Server, printed: string[]) {
    this.process = process;
    this.#engine = engine;
    this.#printed = printed;
    this.client = new providerServices.ResourceProviderClient(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
    );
  }

  static async start({ environment = {}, config = {} }: NativeOptions): Promise<NativeProvider> {
    const printed: string[] = [];
    const { server, address } = await startEngine((line) => printed.push(line));
    const inherited = Object.fromEntries(
      INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    );
    const child = spawn(process.execPath, [MAIN, address], {
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...inherited,
        NODE_COMPILE_CACHE: COMPILED,
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: devNull,
        AWS_SHARED_CREDENTIALS_FILE: devNull,
        PULUMI_CONFIG: JSON.stringify(config),
        ...environment,
      },
    });
    child.stderr.on("data", (chunk) => printed.push(String(chunk)));
    const lines = createInterface({ input: child.stdout });
    const ready = await Promise.race([once(lines, "line"), once(child, "exit").then(() => undefined)]);
    if (!ready) throw new Error(`The plugin did not start: ${printed.join("")}`);
    return new NativeProvider(child, Number(ready[0]), server, printed);
  }

  /** All that it said to the engine, and all that it printed. */
  get output(): string {
    return this.#printed.join("");
  }

  async checkConfig(news: Properties, urn = DEFAULT_PROVIDER) {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(toStruct(news));
    return this.#checked(await this.call((client, done) => client.checkConfig(request, done)));
  }

  async configure(args: Properties = {}, urn = DEFAULT_PROVIDER): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setUrn(urn);
    request.setArgs(toStruct(args));
    await this.call((client, done) => client.configure(request, done));
  }

  async check(urn: string, olds: Properties, news: Properties) {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    return this.#checked(await this.call((client, done) => client.check(request, done)));
  }

  async diff(urn: string, id: string, olds: Properties, news: Properties, oldInputs: Properties = {}) {
    const request = new messages.DiffRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setOldInputs(toStruct(oldInputs));
    request.setNews(toStruct(news));
    const reply = await this.call<InstanceType<typeof messages.DiffResponse>>((client, done) =>
      client.diff(request, done),
    );
    const kinds = Object.entries(messages.PropertyDiff.Kind);
    const nameOf = (kind: number) => kinds.find(([, value]) => value === kind)?.[0] ?? "";
    return {
      changes: reply.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: reply.getReplacesList(),
      deleteBeforeReplace: reply.getDeletebeforereplace(),
      /** What becomes of each property. */
      detailed: Object.fromEntries(
        [...reply.getDetaileddiffMap().entries()].map(([name, each]) => [name, nameOf(each.getKind())]),
      ),
    };
  }

  async create(urn: string, inputs: Properties, { timeout = 0, preview = false } = {}) {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setProperties(toStruct(inputs));
    request.setTimeout(timeout);
    request.setPreview(preview);
    const reply = await this.call<InstanceType<typeof messages.CreateResponse>>((client, done) =>
      client.create(request, done),
    );
    return { id: reply.getId(), outputs: fromStruct(reply.getProperties()) };
  }

  async read(urn: string, id: string, outputs: Properties, inputs?: Properties) {
    const request = new messages.ReadRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(toStruct(outputs));
    if (inputs) request.setInputs(toStruct(inputs));
    const reply = await this.call<InstanceType<typeof messages.ReadResponse>>((client, done) =>
      client.read(request, done),
    );
    return {
      id: reply.getId(),
      outputs: fromStruct(reply.getProperties()),
      inputs: reply.hasInputs() ? fromStruct(reply.getInputs()) : undefined,
    };
  }

  async update(urn: string, id: string, olds: Properties, news: Properties, { preview = false } = {}) {
    const request = new messages.UpdateRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    request.setPreview(preview);
    const reply = await this.call<InstanceType<typeof messages.UpdateResponse>>((client, done) =>
      client.update(request, done),
    );
    return fromStruct(reply.getProperties());
  }

  async delete(urn: string, id: string, outputs: Properties): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(toStruct(outputs));
    await this.call((client, done) => client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await this.call((client, done) => client.cancel(new empties.Empty(), done));
  }

  async close(): Promise<void> {
    this.client.close();
    this.#engine.forceShutdown();
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, "exit");
    this.process.kill();
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Makes a call; what of its answer is not secret counts as printed. */
  call<Reply>(
    send: (client: Client, done: (error: ServiceError | null, reply: Reply) => void) => unknown,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      send(this.client, (error, reply) => (error ? reject(failureOf(error)) : resolve(reply)));
    });
  }

  #checked(reply: InstanceType<typeof messages.CheckResponse>) {
    return {
      inputs: fromStruct(reply.getInputs()),
      failures: reply.getFailuresList().map((each) => each.toObject()),
    };
  }
}

/** The properties with every secret in the clear. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Properties;
  if (object[SIGNATURE] === SECRET) return revealed(object.value);
  return Object.fromEntries(Object.entries(object).map(([name, item]) => [name, revealed(item)]));
}

/** What of the properties is there for everybody to read. */
export function inTheOpen(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inTheOpen);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Properties;
  if (object[SIGNATURE] === SECRET) return undefined;
  return Object.fromEntries(Object.entries(object).map(([name, item]) => [name, inTheOpen(item)]));
}

async function startEngine(say: (line: string) => void): Promise<{ server: Server; address: string }> {
  const server = new Server();
  server.addService(engineServices.EngineService, {
    log: ({ request }: { request: LogRequest }, done: (error: null, reply: unknown) => void) => {
      const isWarning = request.getSeverity() === engineMessages.LogSeverity.WARNING;
      say(`${isWarning ? "warning: " : ""}${request.getMessage()}\n`);
      done(null, new empties.Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { server, address: `127.0.0.1:${port}` };
}

function failureOf(error: ServiceError): CallFailed {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!(details instanceof Buffer)) return new CallFailed(error.details, undefined);
  const [any] = statuses.Status.deserializeBinary(details).getDetailsList();
  if (any?.getTypeName() !== "pulumirpc.ErrorResourceInitFailed")
    return new CallFailed(error.details, undefined);
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  return new CallFailed(error.details, {
    id: failed.getId(),
    properties: fromStruct(failed.getProperties()),
    reasons: failed.getReasonsList(),
  });
}

function toStruct(properties: Properties): Struct {
  return structs.Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
