/**
 * Runs Node.js programs for the Pulumi CLI, which asks over gRPC. The host that comes with a CLI of Pulumi's own release
 * is in no registry; this one does what running a program takes, and nothing about packages.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import languageServices from "@pulumi/pulumi/proto/language_grpc_pb.js";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";

/** What the SDK ends with when it has told the user what is wrong. */
const ALREADY_REPORTED = 32;
/** A stack's configuration may well exceed the 4 MB which gRPC allows by itself. */
const MOST_BYTES = 400 * 1024 * 1024;

const engineAddress = process.argv.at(-1) ?? "";

function answer<Request, Reply>(work: (request: Request) => Reply | Promise<Reply>) {
  const handler: handleUnaryCall<Request, Reply> = async ({ request }, done) => {
    try {
      done(null, await work(request));
    } catch (error) {
      done({ details: error instanceof Error ? error.message : String(error) });
    }
  };
  return handler;
}

async function run(request: RunRequest) {
  const reply = new messages.RunResponse();
  const program = spawn(process.execPath, argumentsOf(request), {
    cwd: request.getPwd(),
    env: { ...process.env, ...environmentOf(request) },
    // The CLI shows what a host prints.
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.once("exit", () => program.kill("SIGKILL"));
  const [code, signal] = await once(program, "exit");
  if (code === ALREADY_REPORTED) reply.setBail(true);
  else if (code !== 0) reply.setError(`the program ended with ${signal ?? `exit code ${code}`}`);
  return reply;
}

function argumentsOf(request: RunRequest): string[] {
  const { nodeargs = "" } = optionsOf(request);
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": request.getInfo()?.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: request.getParallel(),
  };
  const runner = createRequire(path.join(request.getPwd(), "program.js")).resolve("@pulumi/pulumi/cmd/run");
  return [
    ...nodeargs.split(" ").filter((word) => word !== ""),
    runner,
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

function environmentOf(request: RunRequest): Record<string, string> {
  const { typescript = true, tsconfig } = optionsOf(request);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

interface RuntimeOptions {
  readonly nodeargs?: string;
  readonly typescript?: boolean;
  readonly tsconfig?: string;
}

function optionsOf(request: RunRequest): RuntimeOptions {
  return (request.getInfo()?.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions;
}

const implementation: UntypedServiceImplementation = {
  handshake: answer(() => new messages.LanguageHandshakeResponse()),
  getPluginInfo: answer(() => new plugins.PluginInfo()),
  getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
  runtimeOptionsPrompts: answer(() => new messages.RuntimeOptionsResponse()),
  about: answer(() => {
    const reply = new messages.AboutResponse();
    reply.setExecutable(process.execPath);
    reply.setVersion(process.version);
    return reply;
  }),
  cancel: answer(() => new empties.Empty()),
  run: answer(run),
};

const server = new Server({ "grpc.max_receive_message_length": MOST_BYTES });
// What is not implemented here is refused as such.
server.addService(languageServices.LanguageRuntimeService, implementation);
// A CLI that is killed says no more than this.
process.stdin.resume().once("end", () => process.exit());
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});
