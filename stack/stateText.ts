import { gunzipSync } from "node:zlib";
import * as z from "zod";
import type { DeploymentJson } from "./files/deploymentJson.ts";
import { StackFailure } from "./files/failure.ts";
import { parseJson } from "./files/givenText.ts";

/** A small file can be the compressed form of any number of bytes. */
const LARGEST_STATE = 2 ** 29;

const resource = z.looseObject({ urn: z.string(), type: z.string() });
const deployment = z.looseObject({
  resources: z.array(resource).nullish(),
  pending_operations: z.array(z.looseObject({ resource, type: z.string() })).nullish(),
});

/** What `pulumi stack export` prints, and what the CLI's file backend keeps. */
const exported = z.object({ deployment });
const checkpoint = z.object({ checkpoint: z.object({ latest: deployment.nullish() }) });

/**
 * The deployment in an export or in a state file, which may be compressed. An error says where the text is from,
 * and nothing of what is in it: there may be secrets in it, in the clear.
 */
export function parseState(content: Uint8Array, source: string): DeploymentJson {
  const json = readJson(content, source);
  const [asExport, asCheckpoint] = [exported.safeParse(json), checkpoint.safeParse(json)];
  if (asExport.success) return asExport.data.deployment as DeploymentJson;
  // A stack that was never run has none.
  if (asCheckpoint.success) return (asCheckpoint.data.checkpoint.latest ?? {}) as DeploymentJson;
  throw new StackFailure(
    `${source} is neither what \`pulumi stack export\` prints nor a state file of a stack.`,
  );
}

function readJson(content: Uint8Array, source: string): unknown {
  const isCompressed = content[0] === 0x1f && content[1] === 0x8b;
  let text: string;
  try {
    text = new TextDecoder().decode(
      isCompressed ? gunzipSync(content, { maxOutputLength: LARGEST_STATE }) : content,
    );
  } catch {
    throw new StackFailure(`${source}: it is compressed, and not whole or too large`);
  }
  return parseJson(text, source);
}
