import * as pulumi from "@pulumi/pulumi";
import { aws, yandex } from "pulumi-iam-keys";

type Opts = pulumi.CustomResourceOptions;

/** How a program makes a resource of that type: as a dynamic one, or as one of the plugin. */
export type Door = (type: string, name: string, args: object, opts?: Opts) => MadeResource;

/** Its outputs by their names, as far as a program may ask for them. */
export type MadeResource = pulumi.CustomResource & {
  readonly [name in "secretAccessKey" | "keyFile" | "accessKeyId"]: pulumi.Output<string>;
};

const CLASSES = { yandex, aws } as unknown as Readonly<
  Record<string, Readonly<Record<string, new (name: string, args: object, opts?: Opts) => MadeResource>>>
>;

export const dynamic: Door = (type, name, args, opts) => {
  const [module = "", className = ""] = type.split(":");
  const Class = CLASSES[module]?.[className];
  if (!Class) throw new Error(`sdk has no ${type}`);
  return new Class(name, args, opts);
};

/** The way back: the resource was one of the plugin before. */
export const backToDynamic: Door = (type, name, args, opts) =>
  dynamic(type, name, args, { ...opts, aliases: [{ type: `iam-keys:${type}` }] });

/** What the SDK of any language does with the schema: it knows the type that the resource had before. */
export const native: Door = (type, name, args, opts) =>
  new NativeResource(type, name, args, opts) as pulumi.CustomResource as MadeResource;

class NativeResource extends pulumi.CustomResource {
  constructor(type: string, name: string, args: object, opts: Opts = {}) {
    const outputs = { secretAccessKey: undefined, keyFile: undefined, accessKeyId: undefined };
    const aliases = [{ type: `pulumi-nodejs:dynamic/iam-keys/${type}` }];
    super(`iam-keys:${type}`, name, { ...outputs, ...args }, { ...opts, aliases });
  }
}
