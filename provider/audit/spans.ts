import { type Attributes, SpanStatusCode, trace } from "@opentelemetry/api";
import { IamKeysError } from "../errors.ts";
import { VERSION } from "../version.ts";

const tracer = trace.getTracer("pulumi-iam-keys", VERSION);

/**
 * Does the work in a span, where this process has OpenTelemetry set up (`NODE_OPTIONS=--import …`); otherwise, it costs
 * nothing. A span that failed has only the error's code.
 */
export function inSpan<Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(`iam-keys ${name}`, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof IamKeysError ? error.code : "failed";
      span.setStatus({ code: SpanStatusCode.ERROR, message: code });
      throw error;
    } finally {
      span.end();
    }
  });
}
