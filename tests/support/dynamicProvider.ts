import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { devNull } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";

import { COMPILED } from "./compiled.ts";

export type Properties = Record<string, unknown>;

/** What the engine shows in a preview in the place of a value it does not know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A create or update that made a resource which is not as it should be. */
export class InitFailure extends Error {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];

  constructor(message: string, id: string, properties: Properties, reasons: readonly string[]) {
    super(message);
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

/** What names the provider of a resource of this type in the state, as `sdk` writes it. */
export const providerOf = (type: string) =>
  `exports.handler=()=>require("pulumi-iam-keys/dynamic").handler("${type}")`;

const program = fileURLToPath(new URL("../../examples/quickstart/", import.meta.url));
const main = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");

/** What of the outside a provider process may see: nothing that holds credentials or names a proxy. */
const INHERITED = ["PATH", "TMPDIR", "NODE_V8_COVERAGE"];

/**
 * Starts the real dynamic-provider process of @pulumi/pulumi, as the engine does, and configures it with
 * the stack configuration.
 */
export async function startDynamicProvider(options: {
  readonly environment?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string>>;
}): Promise<DynamicProvider> {
  const inherited = Object.fromEntries(INHERITED.flatMap((name) => entryOf(name)));
  // The process never calls the engine, so its address leads nowhere.
  const child = spawn(process.execPath, [main, "127.0.0.1:9"], {
    cwd: program,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...inherited,
      NODE_COMPILE_CACHE: COMPILED,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      PULUMI_PROJECT: "test",
      PULUMI_NODEJS_PROJECT: "test",
      ...options.environment,
    },
  });
  const printed: string[] = [];
  child.stderr?.on("data", (chunk) => printed.push(String(chunk)));
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const ready = await Promise.race([once(lines, "line"), once(child, "exit").then(() => undefined)]);
  if (!ready) throw new Error(`The dynamic provider did not start: ${printed.join("")}`);
  lines.on("line", (line) => printed.push(`${line}\n`));
  const provider = new DynamicProvider(child, Number(ready[0]), printed);
  await provider.configure(options.config ?? {});
  return provider;
}

function entryOf(name: string): [string, string][] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}

/** A running provider process; close it. */
export class DynamicProvider {
  readonly #child: ChildProcess;
  readonly #client: InstanceType<typeof providerServices.ResourceProviderClient>;
  readonly #printed: string[];

  constructor(child: ChildProcess, port: number, printed: string[]) {
    this.#child = child;
    this.#printed = printed;
    this.#client = new providerServices.ResourceProviderClient(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
    );
  }

  /** Everything the process has printed after its port. */
  get output(): string {
    return this.#printed.join("");
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async configure(config: Readonly<Record<string, string>>): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    await this.#call((done) => this.#client.configure(request, done));
  }

  async check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
    const request = new messages.CheckRequest();
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const response = await this.#call<InstanceType<typeof messages.CheckResponse>>((done) =>
      this.#client.check(request, done),
    );
    return {
      inputs: fromStruct(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  async diff(
    id: string,
    outputs: Properties,
    inputs: Properties,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(toStruct(outputs));
    request.setNews(toStruct(inputs));
    const response = await this.#call<InstanceType<typeof messages.DiffResponse>>((done) =>
      this.#client.diff(request, done),
    );
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    if (response.getChanges() !== DIFF_SOME && response.getChanges() !== DIFF_NONE) {
      throw new Error("diff answered neither that there are changes nor that there are none");
    }
    return {
      changes: response.getChanges() === DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const request = new messages.CreateRequest();
    request.setProperties(toStruct(inputs));
    const response = await this.#call<InstanceType<typeof messages.CreateResponse>>((done) =>
      this.#client.create(request, done),
    );
    return { id: response.getId(), outputs: fromStruct(response.getProperties()) };
  }

  async read(
    id: string,
    outputs: Properties,
  ): Promise<{ id: string; outputs: Properties; inputs: Properties | undefined }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(toStruct(outputs));
    const response = await this.#call<InstanceType<typeof messages.ReadResponse>>((done) =>
      this.#client.read(request, done),
    );
    return {
      id: response.getId(),
      outputs: fromStruct(response.getProperties()),
      inputs: response.hasInputs() ? fromStruct(response.getInputs()) : undefined,
    };
  }

  async update(id: string, outputs: Properties, inputs: Properties): Promise<Properties> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(toStruct(outputs));
    request.setNews(toStruct(inputs));
    const response = await this.#call<InstanceType<typeof messages.UpdateResponse>>((done) =>
      this.#client.update(request, done),
    );
    return fromStruct(response.getProperties());
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(toStruct(outputs));
    await this.#call((done) => this.#client.delete(request, done));
  }

  async close(): Promise<void> {
    this.#client.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill();
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => (error ? reject(failureOf(error)) : resolve(response)));
    });
  }
}

function failureOf(error: ServiceError): Error {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!(details instanceof Buffer)) return new Error(error.details);
  for (const any of statuses.Status.deserializeBinary(details).getDetailsList()) {
    if (any.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") continue;
    const failed = messages.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
    return new InitFailure(
      error.details,
      failed.getId(),
      fromStruct(failed.getProperties()),
      failed.getReasonsList(),
    );
  }
  return new Error(error.details);
}

function toStruct(properties: Readonly<Properties>) {
  return structs.Struct.fromJavaScript(properties as Parameters<typeof structs.Struct.fromJavaScript>[0]);
}

function fromStruct(struct: InstanceType<typeof structs.Struct> | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
