import type * as pulumi from "@pulumi/pulumi";
import { aws, yandex } from "../../sdk/index.ts";

type ResourceClass = new (name: string, args: object) => pulumi.CustomResource;

/** The class of that type ("yandex:StaticAccessKey"), taking whatever arguments. */
export function classOf(type: string): ResourceClass {
  const [cloud, name = ""] = type.split(":");
  const classes: Readonly<Record<string, unknown>> = cloud === "aws" ? aws : yandex;
  return classes[name] as ResourceClass;
}
