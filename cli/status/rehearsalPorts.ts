import type { Ports } from "../../provider/ports.ts";

/** The ports of a rehearsal: it says nothing and accounts for nothing, because nothing is done. */
export function rehearsalPorts(ports: Ports): Ports {
  const environment = Object.entries(ports.environment);
  return {
    now: () => ports.now(),
    sleep: (milliseconds) => ports.sleep(milliseconds),
    uuid: () => ports.uuid(),
    machineVendor: () => ports.machineVendor?.(),
    environment: Object.fromEntries(environment.filter(([name]) => !name.startsWith("IAM_KEYS_AUDIT"))),
    config: (name) => (name.startsWith("iam-keys:audit") ? undefined : ports.config(name)),
    warn() {},
    tell() {},
    print() {},
  };
}
