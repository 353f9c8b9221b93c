/**
 * The provider of @pulumi/random for machines that cannot download its own plugin: a gRPC server which prints its port,
 * as every Pulumi plugin does.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
  CheckRequest,
  CreateRequest,
  DiffRequest,
  ReadRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { checkInputs } from "./checkInputs.ts";
import { type Kind, kinds, type Properties } from "./kinds.ts";

const version = "4.21.2";

class Refusal extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
  }
}

function answer<Request, Reply>(work: (request: Request) => Reply): handleUnaryCall<Request, Reply> {
  return (call, done) => {
    let reply: Reply;
    try {
      reply = work(call.request);
    } catch (error) {
      const code = error instanceof Refusal ? error.code : status.UNKNOWN;
      done({ code, details: error instanceof Error ? error.message : String(error) });
      return;
    }
    done(null, reply);
  };
}

function kindOf(urn: string): Kind {
  const type = (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
  const kind = kinds[type];
  if (kind === undefined) {
    throw new Refusal(status.UNIMPLEMENTED, `${type} is not served by the local plugin of @pulumi/random`);
  }
  return kind;
}

function toProperties(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

const configure = answer(() => {
  const reply = new messages.ConfigureResponse();
  // Without secrets the engine takes them off on the way in and puts them back on the way out.
  reply.setAcceptsecrets(false);
  reply.setSupportspreview(false);
  return reply;
});

const checkConfig = answer((request: CheckRequest) => {
  const reply = new messages.CheckResponse();
  reply.setInputs(request.getNews());
  return reply;
});

const diffConfig = answer(() => {
  const reply = new messages.DiffResponse();
  reply.setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE);
  return reply;
});

const check = answer((request: CheckRequest) => {
  const inputs = toProperties(request.getNews());
  const reply = new messages.CheckResponse();
  reply.setInputs(request.getNews());
  reply.setFailuresList(
    checkInputs(kindOf(request.getUrn()), inputs).map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return reply;
});

// A random value cannot be changed, only made anew: every change of an input replaces.
const diff = answer((request: DiffRequest) => {
  const olds = toProperties(request.getOldInputs());
  const news = toProperties(request.getNews());
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    .sort();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const { ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  const reply = new messages.DiffResponse();
  reply.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  reply.setReplacesList(changed);
  reply.setDiffsList(changed);
  reply.setHasdetaileddiff(true);
  for (const key of changed) {
    const difference = new messages.PropertyDiff();
    difference.setKind(
      olds[key] === undefined ? ADD_REPLACE : news[key] === undefined ? DELETE_REPLACE : UPDATE_REPLACE,
    );
    difference.setInputdiff(true);
    reply.getDetaileddiffMap().set(key, difference);
  }
  return reply;
});

const create = answer((request: CreateRequest) => {
  const { id, outputs } = kindOf(request.getUrn()).create(toProperties(request.getProperties()));
  const reply = new messages.CreateResponse();
  reply.setId(id);
  reply.setProperties(structs.Struct.fromJavaScript(outputs));
  return reply;
});

// There is nothing outside the state that could have changed.
const read = answer((request: ReadRequest) => {
  const reply = new messages.ReadResponse();
  reply.setId(request.getId());
  reply.setProperties(request.getProperties());
  reply.setInputs(request.getInputs());
  return reply;
});

const nothing = answer(() => new empties.Empty());

const getPluginInfo = answer((): PluginInfo => {
  const reply = new plugins.PluginInfo();
  reply.setVersion(version);
  return reply;
});

const handled: UntypedServiceImplementation = {
  configure,
  checkConfig,
  diffConfig,
  check,
  diff,
  create,
  read,
  delete: nothing,
  cancel: nothing,
  attach: nothing,
  getPluginInfo,
};
const service = providerServices.ResourceProviderService;
const implementation: UntypedServiceImplementation = {};
for (const name of Object.keys(service)) {
  implementation[name] =
    handled[name] ??
    answer(() => {
      throw new Refusal(
        status.UNIMPLEMENTED,
        `${name} is not implemented by the local plugin of @pulumi/random`,
      );
    });
}
const server = new Server();
server.addService(service, implementation);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
