import { status } from "@grpc/grpc-js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceCallRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type { ConfigValue } from "../../../stack/files/stackSettings.ts";
import type { Registrar, Registration } from "../deployment/registrar.ts";
import { RunCancelled } from "../deployment/runContext.ts";
import { EngineFailure } from "../failure.ts";
import { fromStruct, toStruct } from "../values/wire.ts";
import type { GrpcServer } from "./grpcServer.ts";
import { answer, CallFailure, refuseTheRest, unsupported } from "./handlers.ts";
import { readRegistration } from "./registration.ts";

/** What the program is told about its deployment. */
export interface DeploymentFacts {
  readonly project: string;
  readonly stack: string;
  readonly config: ReadonlyMap<string, ConfigValue>;
  readonly preview: boolean;
  readonly parallel: number;
}

const features = messages.ResourceMonitorFeature;
const supportedFeatures = [
  features.RESOURCE_MONITOR_FEATURE_SECRETS,
  features.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  features.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  features.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
];
const supportedFeatureNames = new Set(["secrets", "resourceReferences", "aliasSpecs", "deletedWith"]);

/** Serves what the program calls to register its resources. */
export function addMonitorService(
  server: GrpcServer,
  facts: DeploymentFacts,
  currentRegistrar: () => Registrar,
): void {
  const refuse = (what: string) => answer(() => Promise.reject(currentRegistrar().refuse(unsupported(what))));
  const handled = {
    getDeploymentInfo: answer(() => deploymentInfo(facts)),
    supportsFeature: answer((request: SupportsFeatureRequest) => {
      const reply = new messages.SupportsFeatureResponse();
      reply.setHassupport(supportedFeatureNames.has(request.getId()));
      return reply;
    }),
    registerResource: answer(
      async (request: RegisterResourceRequest) =>
        await unlessCancelled(() => register(request, currentRegistrar())),
    ),
    registerResourceOutputs: answer(
      async (request: RegisterResourceOutputsRequest) =>
        await unlessCancelled(async () => {
          await currentRegistrar().registerOutputs(
            request.getUrn(),
            fromStruct(request.getOutputs(), request.getUrn()),
          );
          return new empties.Empty();
        }),
    ),
    // Nothing of the program is needed for the deletes, so it may go; its exit code says whether it succeeded.
    signalAndWaitForShutdown: answer(() => new empties.Empty()),
    invoke: answer((request: ResourceInvokeRequest) =>
      Promise.reject(currentRegistrar().refuse(unsupported(`invoke of ${request.getTok()}`))),
    ),
    call: answer((request: ResourceCallRequest) =>
      Promise.reject(currentRegistrar().refuse(unsupported(`call of ${request.getTok()}`))),
    ),
    readResource: answer((request: ReadResourceRequest) =>
      Promise.reject(
        currentRegistrar().refuse(
          unsupported(`reading ${request.getType()} '${request.getName()}' with .get()`),
        ),
      ),
    ),
    registerStackTransform: refuse("registering a stack transform"),
    registerStackInvokeTransform: refuse("registering an invoke transform"),
    registerResourceHook: refuse("registering a resource hook"),
    registerErrorHook: refuse("registering an error hook"),
    registerPackage: refuse("registering a parameterized package"),
  };
  server.server.addService(
    resourceServices.ResourceMonitorService,
    refuseTheRest(resourceServices.ResourceMonitorService, handled),
  );
}

async function register(
  request: RegisterResourceRequest,
  registrar: Registrar,
): Promise<InstanceType<typeof messages.RegisterResourceResponse>> {
  const state = await registrar.register(readOrRefuse(request, registrar));
  const reply = new messages.RegisterResourceResponse();
  reply.setUrn(state.urn);
  reply.setId(state.id);
  const wire = { secrets: request.getAcceptsecrets(), resourceReferences: request.getAcceptresources() };
  // A component's outputs are its program's to say.
  reply.setObject(toStruct(request.getCustom() ? state.outputs : {}, wire));
  reply.setUnknown(registrar.isSkipped(state));
  reply.setResult(messages.Result.SUCCESS);
  return reply;
}

function readOrRefuse(request: RegisterResourceRequest, registrar: Registrar): Registration {
  try {
    return readRegistration(request);
  } catch (error) {
    throw registrar.refuse(error instanceof Error ? error : new Error(String(error)));
  }
}

// The SDK takes this status for the end of the engine and stops the program without a complaint of its own.
async function unlessCancelled<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RunCancelled) throw new CallFailure(status.UNAVAILABLE, error.message);
    if (error instanceof EngineFailure) throw new CallFailure(status.UNKNOWN, error.message);
    throw error;
  }
}

function deploymentInfo(facts: DeploymentFacts): InstanceType<typeof messages.DeploymentInfo> {
  const reply = new messages.DeploymentInfo();
  reply.setProject(facts.project);
  reply.setStack(facts.stack);
  reply.setOrganization("organization");
  for (const [key, { value }] of facts.config) reply.getConfigMap().set(key, value);
  reply.setConfigsecretkeysList([...facts.config].filter(([, { secret }]) => secret).map(([key]) => key));
  reply.setDryrun(facts.preview);
  reply.setParallel(facts.parallel);
  reply.setSupportedfeaturesList(supportedFeatures);
  return reply;
}
