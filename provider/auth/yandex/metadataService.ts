import { createAgents } from "../../api/agents.ts";
import { metadataEndpoint } from "../../api/endpoints.ts";
import type { Ports } from "../../ports.ts";
import { requestAccessToken } from "./iamTokenApi.ts";
import type { Surroundings, TokenSource } from "./tokenSource.ts";

const VENDOR = "Yandex";
const PATH = "/computeMetadata/v1/instance/service-accounts/default/token";

/** Whether this machine is a VM of Yandex Cloud, as its firmware says: no request is made to find out. */
export function isCloudVm({ machineVendor }: Ports): boolean {
  return machineVendor?.() === VENDOR;
}

/**
 * The service account of the VM.
 * https://yandex.cloud/en/docs/compute/operations/vm-connect/auth-inside-vm
 */
export function metadataService({ ports }: Surroundings): TokenSource {
  const endpoint = metadataEndpoint(ports);
  const agents = createAgents(endpoint, ports.environment);
  return {
    origin: "the service account of this VM",
    isRenewable: true,
    mint: () =>
      requestAccessToken(
        {
          operation: "The metadata service",
          method: "GET",
          url: `${endpoint}${PATH}`,
          headers: { "metadata-flavor": "Google" },
          agents,
          isNear: true,
          hint: "It gives tokens inside a VM of Yandex Cloud that has a service account, and whose gce-http-token option is enabled.",
        },
        ports.now(),
      ),
  };
}
