import { readFileSync } from "node:fs";
import type { Option } from "commander";
import { BadUsage } from "../command.ts";
import { type Variables, variableOption } from "./variables.ts";

/** The address at which a server listens, and how. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Reads the certificate and its key, which may be renewed; undefined: plain HTTP. */
  readonly readTls: (() => Tls) | undefined;
}

export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** What a command line says of it. */
export interface GivenPlace {
  readonly plainHttp?: boolean;
  readonly host?: string;
  readonly port?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** The options that say where a server listens. */
export function placeOptions(prefix: string): Option[] {
  return [
    variableOption(prefix, "tls-cert", "file", "the certificate with the chain, PEM; read again at SIGHUP"),
    variableOption(prefix, "tls-key", "file", "the certificate's private key, PEM"),
    variableOption(prefix, "plain-http", "", "no TLS, for a proxy that terminates it"),
    variableOption(
      prefix,
      "host",
      "address",
      "the address to listen on; default: every interface, or 127.0.0.1 with --plain-http",
    ),
    variableOption(prefix, "port", "number", "the port; default: 8443, or 8080 with --plain-http"),
  ];
}

export function readPlace(variables: Variables): Place {
  const isPlain = variables.isOn("plain-http");
  return {
    host: variables.given("host") ?? (isPlain ? "127.0.0.1" : "::"),
    port: portIn(variables, isPlain ? "8080" : "8443"),
    readTls: isPlain ? withoutTls(variables) : tlsReader(variables),
  };
}

function withoutTls(variables: Variables): undefined {
  if (variables.given("tls-cert") === undefined && variables.given("tls-key") === undefined) return undefined;
  throw new BadUsage("--plain-http and a certificate exclude each other: keep one of them.");
}

function tlsReader(variables: Variables): () => Tls {
  const example = "a PEM file; behind a proxy that terminates TLS, give --plain-http instead";
  const files = {
    cert: variables.required("tls-cert", example),
    key: variables.required("tls-key", example),
  };
  const read = () => ({
    cert: readPem(variables, "tls-cert", files.cert),
    key: readPem(variables, "tls-key", files.key),
  });
  read();
  return read;
}

function readPem(variables: Variables, flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadUsage(`${variables.nameOf(flag)} names a file that cannot be read (${code}).`);
  }
}

function portIn(variables: Variables, usual: string): number {
  const text = variables.given("port") ?? usual;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  throw new BadUsage(`${variables.nameOf("port")} must be a number from 0 to 65535.`);
}
