import assert from "node:assert/strict";
import { type LocalIam, type LocalIamOptions, startLocalIam } from "../../local/iam/index.ts";
import { type Properties, startDynamicProvider } from "./dynamicProvider.ts";
import { type Door, NativeDoor } from "./nativeDoor.ts";

/** A stand-in for the cloud, and the real provider process that talks to it. */
export interface KindWorld extends AsyncDisposable {
  readonly iam: LocalIam;
  readonly provider: Door;
  /** The operations that the work asked the server for, in order. */
  during<Result>(
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly operations: string[] }>;
  /** Checks the inputs and creates the resource, as an engine does. */
  up(inputs: Properties): Promise<{ id: string; outputs: Properties; inputs: Properties }>;
  /** Ends the process and the server. */
  close(): Promise<void>;
}

/** By which door the provider is entered: "native", or the one of the dynamic resources. */
const startDoor = process.env.IAM_KEYS_DOOR === "native" ? NativeDoor.start : startDynamicProvider;

/** Starts both, the process with an administrator's credentials. */
export async function startKindWorld(options: LocalIamOptions = {}): Promise<KindWorld> {
  const iam = await startLocalIam(options);
  const provider = await startDoor({ environment: { ...iam.environment } }).catch(async (error) => {
    await iam.close();
    throw error;
  });
  const close = async () => {
    await provider.close();
    await iam.close();
  };
  return {
    iam,
    provider,
    async during(work) {
      const before = iam.requests.length;
      const result = await work();
      return { result, operations: iam.requests.slice(before).map((request) => request.operation) };
    },
    async up(news) {
      const { inputs, failures } = await provider.check({}, news);
      assert.deepEqual(failures, []);
      return { ...(await provider.create(inputs)), inputs };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
