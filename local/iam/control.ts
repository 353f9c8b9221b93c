import { z } from "zod";
import { jsonReply, type ReceivedRequest, type Reply } from "./exchange.ts";
import { faultPlanSchema } from "./faults.ts";
import type { LocalIam } from "./localIam.ts";

/** What the control routes steer: the same as a program in this process does. */
type Controlled = Pick<
  LocalIam,
  "keys" | "requests" | "fail" | "clearFaults" | "addServiceAccount" | "addUser"
>;

const serviceAccountRequest = z.strictObject({ name: z.string().optional() });
const userRequest = z.strictObject({ name: z.string() });

/** The routes under /_local/, by which other processes look at the server and inject faults. */
export function createControl(iam: Controlled): (request: ReceivedRequest) => Reply {
  const routes: Readonly<Record<string, (body: unknown) => object>> = {
    "GET /_local/keys": () => iam.keys(),
    "GET /_local/requests": () => iam.requests,
    "POST /_local/faults": (body) => {
      iam.fail(faultPlanSchema.parse(body));
      return {};
    },
    "DELETE /_local/faults": () => {
      iam.clearFaults();
      return {};
    },
    "POST /_local/serviceAccounts": (body) => ({
      id: iam.addServiceAccount(serviceAccountRequest.parse(body).name),
    }),
    "POST /_local/users": (body) => ({ userName: iam.addUser(userRequest.parse(body).name) }),
  };
  return ({ method, path, body }) => {
    const route = routes[`${method} ${path}`];
    if (!route) return jsonReply(404, { message: `No such control route: ${method} ${path}` });
    try {
      return jsonReply(200, route(body.length > 0 ? JSON.parse(body.toString()) : {}));
    } catch (error) {
      return jsonReply(400, { message: error instanceof Error ? error.message : String(error) });
    }
  };
}
