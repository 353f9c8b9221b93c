import {
  type handleUnaryCall,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";

/** Answers a unary call with what `work` resolves to; its error becomes the call's. */
export function answer<Request, Reply>(
  work: (request: Request) => Promise<Reply> | Reply,
): handleUnaryCall<Request, Reply> {
  return (call, done) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (reply) => done(null, reply),
        (error: unknown) => done(asStatus(error)),
      );
  };
}

/** An error with the gRPC status it is to be sent as. */
export class CallFailure extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.name = "CallFailure";
    this.code = code;
  }
}

/** Handlers that refuse, by name, every method of a service that is not in `handled`. */
export function refuseTheRest(
  service: ServiceDefinition,
  handled: UntypedServiceImplementation,
): UntypedServiceImplementation {
  const all: UntypedServiceImplementation = {};
  for (const name of Object.keys(service)) {
    all[name] = handled[name] ?? answer(() => Promise.reject(unsupported(name)));
  }
  return all;
}

/** The error for something of Pulumi that this engine does not have. */
export function unsupported(what: string): CallFailure {
  return new CallFailure(status.UNIMPLEMENTED, `${what} is not supported by the local engine`);
}

function asStatus(error: unknown): { code: status; details: string } {
  const code = error instanceof CallFailure ? error.code : status.UNKNOWN;
  return { code, details: error instanceof Error ? error.message : String(error) };
}
