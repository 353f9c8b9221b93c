import type { ReceivedRequest, Reply, Service } from "./exchange.ts";
import type { Fault, OmitFault } from "./faults.ts";

/** What the caller gets to see: the answer, the first half of it, or a closed connection. */
export type Outcome =
  | { readonly sent: "whole" | "half"; readonly reply: Reply }
  | { readonly sent: "nothing" };

const whole = (reply: Reply): Outcome => ({ sent: "whole", reply });

/** Has the service handle the request, with this fault in the way. */
export async function handleUnderFault(
  service: Service,
  request: ReceivedRequest,
  fault: Fault | undefined,
  pause: (ms: number) => Promise<void>,
): Promise<Outcome> {
  if (!fault) return whole(await service.handle(request));
  if ("operation" in fault) return whole(await service.handle(request, fault.operation));
  if ("omit" in fault) return whole(withoutField(await service.handle(request), fault.omit));
  if ("drop" in fault) {
    if (fault.drop === "before") return { sent: "nothing" };
    const reply = await service.handle(request);
    return fault.drop === "after" ? { sent: "nothing" } : { sent: "half", reply };
  }
  if ("delayMs" in fault) {
    if (fault.when !== "after") await pause(fault.delayMs);
    const reply = await service.handle(request);
    if (fault.when === "after") await pause(fault.delayMs);
    return whole(reply);
  }
  if ("body" in fault) {
    const { headers } = fault.when === "before" ? { headers: {} } : await service.handle(request);
    return whole({ status: 200, headers, body: fault.body });
  }
  if (fault.when === "after") await service.handle(request);
  const { status, message = "Injected fault", retryAfter } = fault;
  const reply = service.errorReply(request, { ...fault, status, message });
  if (retryAfter === undefined) return whole(reply);
  return whole({ ...reply, headers: { ...reply.headers, "retry-after": retryAfter } });
}

function withoutField(reply: Reply, field: OmitFault["omit"]): Reply {
  if (reply.headers["content-type"] === "application/json") {
    const { [field]: _omitted, ...rest } = JSON.parse(reply.body);
    return { ...reply, body: JSON.stringify(rest) };
  }
  return { ...reply, body: reply.body.replace(/<SecretAccessKey>[^<]*<\/SecretAccessKey>/, "") };
}
