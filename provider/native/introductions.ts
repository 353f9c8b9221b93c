import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { VERSION } from "../version.ts";
import { schemaText } from "./schema.ts";

/** What the plugin and the engine tell each other about what they support. */
export function handshake() {
  const reply = new messages.ProviderHandshakeResponse();
  reply.setAcceptSecrets(true);
  return reply;
}

export function getPluginInfo() {
  const reply = new plugins.PluginInfo();
  reply.setVersion(VERSION);
  return reply;
}

export async function getSchema() {
  const reply = new messages.GetSchemaResponse();
  reply.setSchema(await schemaText());
  return reply;
}
