import { z } from "zod";
import { baseUrl } from "../../api/endpoints.ts";
import type { Ports } from "../../ports.ts";
import { readStructured } from "./structured.ts";

/** The services of AWS that are called. */
export type AwsService = "iam" | "sts" | "secretsmanager";

export type AwsEndpoints = Readonly<Partial<Record<AwsService, string>>>;

const endpointsSchema = z.union([
  z.array(z.record(z.string(), z.string())),
  z.record(z.string(), z.string()).transform((one) => [one]),
]);

const SERVICES: readonly AwsService[] = ["iam", "sts", "secretsmanager"];

/** The addresses of `aws:endpoints`; those of services that are not called here are of no concern. */
export function awsEndpoints(ports: Ports): AwsEndpoints {
  const name = "aws:endpoints";
  const given = Object.assign({}, ...(readStructured(ports, name, endpointsSchema) ?? [])) as AwsEndpoints;
  return Object.fromEntries(
    SERVICES.flatMap((service) => {
      const value = given[service];
      return value ? [[service, baseUrl({ value, source: `stack config ${name}.${service}` })]] : [];
    }),
  );
}
