import { type Reply, xmlReply } from "../exchange.ts";
import { element, textElement } from "../xml.ts";

/** A refusal in the words of AWS. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const noSuchEntity = (message: string): AwsError => new AwsError(404, "NoSuchEntity", message);
export const validationError = (message: string): AwsError => new AwsError(400, "ValidationError", message);

/** The answer that carries an error, of the service with this XML namespace. */
export function awsErrorReply(
  { status, code, message }: AwsError,
  namespace: string,
  requestId: string,
): Reply {
  const error = element(
    "Error",
    textElement("Type", status < 500 ? "Sender" : "Receiver"),
    textElement("Code", code),
    textElement("Message", message),
  );
  return xmlReply(
    status,
    element(`ErrorResponse xmlns="${namespace}"`, error, textElement("RequestId", requestId)),
  );
}
