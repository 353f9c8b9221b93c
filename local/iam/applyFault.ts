import type { ReceivedRequest, Reply, Service } from "./exchange.ts";
import type { Fault, FaultMoment } from "./faults.ts";
import { spoiledReply } from "./spoiledReply.ts";

/** What the caller gets to see: the answer, the first half of it, or a closed connection. */
export type Outcome =
  | { readonly sent: "whole" | "half"; readonly reply: Reply }
  | { readonly sent: "nothing" };

/** What a fault can wait for. */
export interface Waits {
  /** This much real time. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The release of the request; false where its caller went away instead. */
  readonly hold: (pause: FaultMoment) => Promise<boolean>;
}

const nothing: Outcome = { sent: "nothing" };
const whole = (reply: Reply): Outcome => ({ sent: "whole", reply });

/** Has the service handle the request, with this fault in the way. */
export async function handleUnderFault(
  service: Service,
  request: ReceivedRequest,
  fault: Fault | undefined,
  waits: Waits,
): Promise<Outcome> {
  if (!fault) return whole(await service.handle(request));
  if ("operation" in fault) return whole(await service.handle(request, fault));
  if ("omit" in fault) return whole(spoiledReply(await service.handle(request), fault.omit));
  if ("replace" in fault) {
    return whole(spoiledReply(await service.handle(request), fault.replace, fault.with));
  }
  if ("drop" in fault) {
    if (fault.drop === "before") return nothing;
    const reply = await service.handle(request);
    return fault.drop === "after" ? nothing : { sent: "half", reply };
  }
  if ("delayMs" in fault) {
    if (fault.when !== "after") await waits.sleep(fault.delayMs);
    const reply = await service.handle(request);
    if (fault.when === "after") await waits.sleep(fault.delayMs);
    return whole(reply);
  }
  if ("pause" in fault) {
    if (fault.pause === "before" && !(await waits.hold("before"))) return nothing;
    const reply = await service.handle(request);
    if (fault.pause === "after" && !(await waits.hold("after"))) return nothing;
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
