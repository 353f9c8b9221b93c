/** A plugin that does nothing, in the place of the one of iam-keys: what it takes, any plugin in TypeScript takes. */
import { isDeepStrictEqual } from "node:util";
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages, {
  type CheckRequest,
  type CreateRequest,
  type DiffRequest,
  type ReadRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";

const MOST_BYTES = 400 * 1024 * 1024;

const answer =
  <Request, Reply>(work: (request: Request) => Reply): handleUnaryCall<Request, Reply> =>
  ({ request }, done) =>
    done(null, work(request));

function check(request: CheckRequest) {
  const reply = new messages.CheckResponse();
  reply.setInputs(request.getNews());
  return reply;
}

function diff(request: DiffRequest) {
  const reply = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const [olds, news] = [request.getOlds(), request.getNews()].map((struct) => struct?.toJavaScript().keepers);
  const isSame = isDeepStrictEqual(olds, news);
  reply.setChanges(isSame ? DIFF_NONE : DIFF_SOME);
  reply.setReplacesList(isSame ? [] : ["keepers"]);
  return reply;
}

const implementation: UntypedServiceImplementation = {
  handshake: answer(() => {
    const reply = new messages.ProviderHandshakeResponse();
    reply.setAcceptSecrets(true);
    return reply;
  }),
  getPluginInfo: answer(() => new plugins.PluginInfo()),
  checkConfig: answer(check),
  diffConfig: answer(() => new messages.DiffResponse()),
  configure: answer(() => {
    const reply = new messages.ConfigureResponse();
    reply.setAcceptsecrets(true);
    reply.setSupportspreview(true);
    return reply;
  }),
  check: answer(check),
  diff: answer(diff),
  create: answer((request: CreateRequest) => {
    const reply = new messages.CreateResponse();
    reply.setId("nothing");
    reply.setProperties(request.getProperties());
    return reply;
  }),
  read: answer((request: ReadRequest) => {
    const reply = new messages.ReadResponse();
    reply.setId(request.getId());
    reply.setProperties(request.getProperties());
    reply.setInputs(request.getInputs());
    return reply;
  }),
  delete: answer(() => new empties.Empty()),
  cancel: answer(() => new empties.Empty()),
};

const server = new Server({
  "grpc.max_receive_message_length": MOST_BYTES,
  "grpc.max_send_message_length": MOST_BYTES,
});
server.addService(services.ResourceProviderService, implementation);
process.on("SIGINT", () => process.exit());
process.stdin.resume().once("end", () => process.exit());
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
