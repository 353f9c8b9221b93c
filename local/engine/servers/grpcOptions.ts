const maximumMessageBytes = 400 * 1024 * 1024;

/** A stack's configuration or a serialized provider may well exceed the 4 MB which gRPC allows by itself. */
export const grpcOptions = {
  "grpc.max_receive_message_length": maximumMessageBytes,
  "grpc.max_send_message_length": maximumMessageBytes,
};
