/**
 * The floor in the provider process: a dynamic provider that creates by a bare got call and does nothing else. What it
 * takes, the SDK's process takes of any provider.
 */
import type { dynamic } from "@pulumi/pulumi";
import { type BareRequest, bareCreate } from "./bareCreate.ts";

/** What the provider process calls, as the function in a resource's `__provider`. */
export function handler(): dynamic.ResourceProvider<BareRequest, BareRequest> {
  return {
    check: async (_olds, news) => ({ inputs: news, failures: [] }),
    create: async (inputs) => {
      const { accessKey, secret } = await bareCreate(inputs);
      return { id: accessKey.id, outs: { ...inputs, ...accessKey, secret } };
    },
  };
}
