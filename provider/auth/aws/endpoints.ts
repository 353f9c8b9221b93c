import * as z from "zod";
import { baseUrl } from "../../api/endpoints.ts";
import { IamKeysError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import type { Setting } from "../../settings.ts";
import { type AwsProfile, awsProfile } from "./profile.ts";
import { readStructured } from "./structured.ts";

/** The services of AWS that are called. */
export type AwsService = "iam" | "sts" | "secretsmanager";

export type AwsEndpoints = Readonly<Partial<Record<AwsService, string>>>;

const endpointsSchema = z.union([
  z.array(z.record(z.string(), z.string())),
  z.record(z.string(), z.string()).transform((one) => [one]),
]);

/** How the SDK calls each service: in its environment variables, and in the files of the AWS CLI. */
const SERVICES: Readonly<Record<AwsService, string>> = {
  iam: "iam",
  sts: "sts",
  secretsmanager: "secrets_manager",
};

const NAME = "aws:endpoints";

/** Where AWS itself is: an address of one service may be named beside its public ones. */
const AWS_HOST = /\.(amazonaws\.(com|com\.cn|eu)|api\.aws)$/;

/**
 * The addresses that are set, in the order of the SDK: `aws:endpoints`, the environment, the profile. Throws if
 * credentials would travel to one unencrypted. Those of services that are not called here are of no concern.
 */
export function awsEndpoints(ports: Ports): AwsEndpoints {
  const given = Object.assign({}, ...(readStructured(ports, NAME, endpointsSchema) ?? [])) as AwsEndpoints;
  let ofProfile: AwsProfile["endpoints"] | undefined;
  // The files are read once, and only if nothing nearer says where a service is.
  const profile = () => {
    ofProfile ??= awsProfile(ports).endpoints;
    return ofProfile;
  };
  return Object.fromEntries(
    (Object.keys(SERVICES) as AwsService[]).flatMap((service) => {
      const setting = settingOf(service, given[service], ports.environment, profile);
      return setting ? [[service, baseUrl(setting)]] : [];
    }),
  );
}

/** The address of a service; undefined means AWS's own, which is refused where the others are of another cloud. */
export function awsEndpoint(endpoints: AwsEndpoints, service: AwsService): string | undefined {
  const endpoint = endpoints[service];
  const other = Object.entries(endpoints).find(([, url]) => isElsewhere(url))?.[0];
  if (endpoint !== undefined || other === undefined) return endpoint;
  throw new IamKeysError(
    "INVALID_CONFIG",
    `There is an endpoint for ${other}, and none for ${service}: nothing that may belong to another cloud is sent to AWS.`,
    {
      hint: `Set ${service} in aws:endpoints, or AWS_ENDPOINT_URL_${SERVICES[service].toUpperCase()} in the environment, too.`,
    },
  );
}

function isElsewhere(url: string): boolean {
  return !AWS_HOST.test(new URL(url).hostname);
}

function settingOf(
  service: AwsService,
  configured: string | undefined,
  environment: Ports["environment"],
  profile: () => AwsProfile["endpoints"],
): Setting | undefined {
  if (configured) return { value: configured, source: `stack config ${NAME}.${service}` };
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === "true") return undefined;
  for (const variable of [`AWS_ENDPOINT_URL_${SERVICES[service].toUpperCase()}`, "AWS_ENDPOINT_URL"]) {
    const value = environment[variable];
    if (value) return { value, source: `environment variable ${variable}` };
  }
  const value = profile()[SERVICES[service]] ?? profile()[""];
  return value ? { value, source: "endpoint_url in the profile of the AWS CLI" } : undefined;
}
