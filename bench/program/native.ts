import * as pulumi from "@pulumi/pulumi";
import type { Make } from "../programSettings.ts";

const TYPES = ["iam-keys:yandex:ServiceAccountKey", "iam-keys:yandex:StaticAccessKey"] as const;

class Key extends pulumi.CustomResource {}

/**
 * As the classes of a generated SDK do it. The floor under them is the same program with another plugin under the same
 * name: so nothing but the plugin makes the difference.
 */
export const make: Make = ({ serviceAccountId, generation, outputs }, index, name) => {
  const type = TYPES[index % 2 === 0 ? 0 : 1];
  const declared = Object.fromEntries((outputs[type] ?? []).map((output) => [output, undefined]));
  const args = { ...declared, serviceAccountId, keepers: { generation } };
  return new Key(type, name, args);
};
