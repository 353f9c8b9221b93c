import * as pulumi from "@pulumi/pulumi";
import { yandex } from "pulumi-iam-keys";
import type { Make } from "../programSettings.ts";

/** One object, so that the SDK serializes it once. */
const doesNothing: pulumi.dynamic.ResourceProvider = {
  async diff(_id, olds, news) {
    const differs = olds.generation !== news.generation;
    return { changes: differs, replaces: differs ? ["generation"] : [] };
  },
  async create(inputs) {
    return { id: "nothing", outs: inputs };
  },
};

class Empty extends pulumi.dynamic.Resource {
  constructor(name: string, generation: string) {
    super(doesNothing, name, { generation });
  }
}

export const make: Make = ({ resources, serviceAccountId, generation }, index, name) => {
  if (resources === "nothing") return new Empty(name, generation);
  const args = { serviceAccountId, keepers: { generation } };
  return index % 2 === 0 ? new yandex.ServiceAccountKey(name, args) : new yandex.StaticAccessKey(name, args);
};
