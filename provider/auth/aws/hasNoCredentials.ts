import type { Ports } from "../../ports.ts";
import type { AwsProfile } from "./profile.ts";

/** Variables by which the SDK finds credentials, or somebody who gives them. */
const SOURCES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
];

/** Who makes the machines of EC2, as their firmware says. */
const EC2 = /amazon|xen/i;

/** Whether it is certain, without a request, that the SDK will find no credentials. */
export function hasNoCredentials(ports: Ports, { mayGiveCredentials }: AwsProfile): boolean {
  if (mayGiveCredentials !== false) return false;
  if (SOURCES.some((name) => ports.environment[name])) return false;
  return isMetadataClosed(ports);
}

/** Whether the metadata service will not be asked, or is not there. */
function isMetadataClosed({ environment, config, machineVendor }: Ports): boolean {
  const { AWS_EC2_METADATA_DISABLED: disabled } = environment;
  if (disabled && disabled !== "false") return true;
  if (config("aws:skipMetadataApiCheck") === "true") return true;
  const vendor = machineVendor?.();
  return vendor !== undefined && !EC2.test(vendor);
}
