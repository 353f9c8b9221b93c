import { appendFileSync, writeFileSync } from "node:fs";
import { type ClientWritableStream, credentials } from "@grpc/grpc-js";
import events from "@pulumi/pulumi/proto/events_grpc_pb.js";
import messages, { type EventRequest } from "@pulumi/pulumi/proto/events_pb.js";
import { grpcOptions } from "../servers/grpcOptions.ts";

/** Where another program follows the events of a run: what --event-log names. */
export interface EventLog {
  write(line: string): void;
  /** Resolves when all that was written has arrived. */
  close(): Promise<void>;
}

/** Opens `tcp://host:port`, a server of the Automation API, or a file, which gets a line an event. */
export function openEventLog(where: string): EventLog {
  return where.startsWith("tcp://") ? followedBy(where.slice("tcp://".length)) : fileLog(where);
}

function followedBy(address: string): EventLog {
  const client = new events.EventsClient(address, credentials.createInsecure(), grpcOptions);
  let stream: ClientWritableStream<EventRequest> | undefined;
  // As with the CLI, a run goes on when nobody listens any more.
  const ended = new Promise<void>((resolve) => {
    stream = client.streamEvents(() => resolve());
  });
  return {
    write(line) {
      const request = new messages.EventRequest();
      request.setEvent(line);
      stream?.write(request);
    },
    async close() {
      stream?.end();
      await ended;
      client.close();
    },
  };
}

function fileLog(path: string): EventLog {
  writeFileSync(path, "");
  return { write: (line) => appendFileSync(path, `${line}\n`), close: async () => {} };
}
