import type { Reply } from "./exchange.ts";
import { textElement } from "./xml.ts";

/** The reply without this field, or with this value in its place. Where it has no such field it is left as it is. */
export function spoiledReply(reply: Reply, field: string, value?: unknown): Reply {
  const spoil = reply.headers["content-type"] === "application/json" ? spoiledJson : spoiledXml;
  return { ...reply, body: spoil(reply.body, field, value) };
}

function spoiledJson(body: string, field: string, value: unknown): string {
  const whole: unknown = JSON.parse(body);
  const path = field.split(".");
  const name = path.pop() ?? "";
  const parent = path.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), whole);
  if (!isObject(parent) || !(name in parent)) return body;
  if (value === undefined) delete parent[name];
  else parent[name] = value;
  return JSON.stringify(whole);
}

function spoiledXml(body: string, field: string, value: unknown): string {
  const path = field === "secret" ? ["SecretAccessKey"] : field.split(".");
  const name = path.at(-1) ?? "";
  // Each element begins after those that are around it.
  let start = 0;
  for (const step of path) {
    start = body.indexOf(`<${step}>`, start);
    if (start < 0) return body;
  }
  const closing = `</${name}>`;
  const end = body.indexOf(closing, start) + closing.length;
  return (
    body.slice(0, start) + (value === undefined ? "" : textElement(name, textOf(value))) + body.slice(end)
  );
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
