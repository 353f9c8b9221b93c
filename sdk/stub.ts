import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { pointAtCaller } from "./callerPosition.ts";
import { requireSameVersion } from "./providerVersion.ts";
import { noteName } from "./unmatchedOrder.ts";

/**
 * A credential that a stack owns. Every one is a Pulumi dynamic resource: the engine hands its inputs to the
 * dynamic-provider process, which loads this package by name and calls the kind.
 */
export abstract class Credential extends pulumi.CustomResource {
  /** When the key is due to be rotated, in RFC 3339; absent without `rotate`. */
  declare readonly rotatesAt: pulumi.Output<string | undefined>;

  /**
   * @param type the kind, for example "yandex:StaticAccessKey"
   * @param outputs the names of the outputs that are not inputs
   * @param secretOutputs those of them that the engine must encrypt
   */
  protected constructor(
    type: string,
    name: string,
    args: object,
    outputs: readonly string[],
    secretOutputs: readonly string[],
    opts?: pulumi.CustomResourceOptions,
  ) {
    requireSameVersion();
    const token = `pulumi-nodejs:dynamic/iam-keys/${type}`;
    const { stackTraceLimit } = Error;
    // The SDK takes down four stack traces an output, to find leaks in itself, and looks each of their lines up in
    // source maps: most of the time of a program with many resources. The trace that tells the engine in which
    // line a resource stands is of another length, whatever this says.
    Error.stackTraceLimit = 0;
    const prepareStackTrace = pointAtCaller();
    try {
      super(
        token,
        name,
        {
          ...Object.fromEntries([...outputs, "rotatesAt"].map((output) => [output, undefined])),
          ...args,
          // The provider process is not told which resource it is called for.
          owner: ownerOf(token, name, opts?.parent),
          __provider: providerSource(type),
        },
        pulumi.mergeOptions(opts, { additionalSecretOutputs: [...secretOutputs] }),
      );
    } catch (error) {
      Error.stackTraceLimit = stackTraceLimit;
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      Error.prepareStackTrace = prepareStackTrace;
    }
    noteName(name);
  }
}

/*
 * `pulumi.dynamic.Resource` adds one thing to a CustomResource: it serializes a provider object into
 * `__provider`. The serializer loads a TypeScript compiler at every start, and copies the code of a package
 * that is linked instead of installed (a workspace, `npm link`) into the state. The text below is all that
 * it should say, in every layout and after every upgrade, so it is written out; in all else, and to
 * `instanceof`, a Credential is a dynamic resource.
 */
Object.setPrototypeOf(Credential.prototype, pulumi.dynamic.Resource.prototype);

/**
 * "project/stack/name". The children of components may share a name where the components are of different
 * types: theirs has a digest of these behind it, "name@1a2b3c4d".
 */
function ownerOf(token: string, name: string, parent: pulumi.Resource | undefined): string | Promise<string> {
  const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
  if (!parent) return owner;
  return urnOf(parent).then((parentUrn) => {
    const [, , parentTypes = ""] = parentUrn.split("::");
    // A resource right below the stack is one of no component.
    if (parentTypes === "pulumi:pulumi:Stack") return owner;
    const digest = createHash("sha256").update(`${parentTypes}$${token}`).digest("hex").slice(0, 8);
    return `${owner}@${digest}`;
  });
}

/**
 * The URN as a plain promise. As an Output it would make the key depend on its parent, and the SDK turns a
 * dependency on a component into one on all its children: two keys in one component would wait for each other.
 */
function urnOf(resource: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => {
    resource.urn.apply(resolve);
  });
}

/** The only code that is ever written into a stack's state. Changing it changes every stack: don't. */
function providerSource(type: string): string {
  return `exports.handler=()=>require("pulumi-iam-keys/dynamic").handler("${type}")`;
}
