import * as pulumi from "@pulumi/pulumi";
import type { Properties } from "./dynamicProvider.ts";

/** What a program tells the engine when it makes a resource. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly additionalSecretOutputs: readonly string[];
}

/** Outputs that the pretended engine gives to each resource. */
let answer: { id: string; state: Properties } = { id: "id", state: {} };
const registrations: Registration[] = [];
let installed: Promise<void> | undefined;

async function install(): Promise<void> {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: () => answer,
  });
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor) throw new Error("setMocks made no monitor");
  // The mocks do not hand out which outputs are secret: so the request itself is looked at.
  const register = monitor.registerResource.bind(monitor) as (request: unknown, done: unknown) => unknown;
  monitor.registerResource = ((request: RegisterResourceRequest, done: unknown) => {
    registrations.push({
      type: request.getType(),
      name: request.getName(),
      inputs: request.getObject()?.toJavaScript() ?? {},
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    });
    return register(request, done);
  }) as typeof monitor.registerResource;
}

interface RegisterResourceRequest {
  getType(): string;
  getName(): string;
  getObject(): { toJavaScript(): Properties } | undefined;
  getAdditionalsecretoutputsList(): string[];
}

let lastNumber = 0;

/** Runs a resource's constructor without an engine. Not to be called concurrently. */
export async function register<Resource extends pulumi.CustomResource>(
  make: (name: string) => Resource,
  outputs: { readonly id: string; readonly state: Properties } = { id: "id", state: {} },
): Promise<{ readonly resource: Resource; readonly registration: Registration }> {
  installed ??= install();
  await installed;
  answer = { ...outputs };
  lastNumber += 1;
  const name = `resource-${lastNumber}`;
  const resource = make(name);
  await new Promise((resolve) => resource.urn.apply(resolve));
  const registration = registrations.find((each) => each.name === name);
  if (!registration) throw new Error(`${name} was not registered`);
  return { resource, registration };
}

/** The value of an output and whether the engine would encrypt it. */
export async function resolved<Value>(
  output: pulumi.Output<Value>,
): Promise<{ readonly value: Value; readonly secret: boolean }> {
  const secret = await pulumi.isSecret(output);
  const value = await new Promise<Value>((resolve) => {
    pulumi.unsecret(output).apply((known) => resolve(known as Value));
  });
  return { value, secret };
}
