/** What the benches run: so many keys or, as the floor under them, so many dynamic resources that do nothing. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { yandex } from "pulumi-iam-keys";
import type { ProgramSettings } from "../programSettings.ts";

const { resources, count, generations, serviceAccountId } = JSON.parse(
  readFileSync("program.json", "utf8"),
) as ProgramSettings;

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

const make = {
  nothing: (name: string, generation: string) => new Empty(name, generation),
  authorizedKeys: (name: string, generation: string) =>
    new yandex.ServiceAccountKey(name, { serviceAccountId, keepers: { generation } }),
  staticKeys: (name: string, generation: string) =>
    new yandex.StaticAccessKey(name, { serviceAccountId, keepers: { generation } }),
};

for (let index = 0; index < count; index++) {
  // Half of the keys are of the one kind, half of the other.
  const kind = resources === "keys" ? (index % 2 === 0 ? "authorizedKeys" : "staticKeys") : resources;
  make[kind](`resource-${index}`, generations[index < count / 2 ? 0 : 1]);
}
