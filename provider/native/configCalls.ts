import { isDeepStrictEqual } from "node:util";
import type { CheckRequest, DiffRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { ENGINE_NAMES, readConfiguration, secretArguments } from "../configuration.ts";
import { checkFailure } from "./checkFailure.ts";
import { detailedDiff } from "./detailedDiff.ts";
import { isDefaultProvider } from "./urns.ts";
import { fromWire, toWire } from "./wire.ts";

/**
 * Checks the settings of a provider. Those of the default one are not kept in the state: each run, a refresh and a
 * destroy too, reads the stack's config again.
 */
export function checkConfig(request: CheckRequest) {
  const { properties, secrets } = fromWire(request.getNews());
  const kept = isDefaultProvider(request.getUrn())
    ? Object.fromEntries(Object.entries(properties).filter(([name]) => ENGINE_NAMES.includes(name)))
    : properties;
  const reply = new messages.CheckResponse();
  reply.setInputs(toWire(kept, new Set([...secrets, ...secretArguments(kept)])));
  reply.setFailuresList(readConfiguration(properties).problems.map(checkFailure));
  return reply;
}

/** A change of settings does not replace keys. */
export function diffConfig(request: DiffRequest) {
  const [olds, news] = [fromWire(request.getOlds()).properties, fromWire(request.getNews()).properties];
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const updates = names.filter((name) => !isDeepStrictEqual(olds[name], news[name]));
  return detailedDiff({ replaces: [], updates }, olds, news);
}
