import { documentText } from "../../cli/status/document.ts";
import { type Report, reportLines } from "../../cli/status/report.ts";
import { reportOf } from "../../cli/status/status.ts";
import { secretSignature, signatureKey } from "../../stack/files/signatures.ts";
import type { Stack } from "../../stack/stack.ts";
import { type FakePorts, fakePorts } from "../support/fakePorts.ts";

/** The moment at which every report of a state made by hand is written. */
export const NOW = Date.parse("2026-03-10T12:00:00Z");
const DAY = 24 * 60 * 60 * 1000;

/** So many days before `NOW`, in RFC 3339. */
export const daysAgo = (days: number) => new Date(NOW - days * DAY).toISOString();

/** What a state made by hand holds of a resource. */
export interface Given {
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly [field: string]: unknown;
}

/** A resource as a state file has it. */
export function resource(type: string, name: string, { inputs = {}, outputs = {}, ...rest }: Given = {}) {
  const token = `pulumi-nodejs:dynamic/iam-keys/${type}`;
  const owner = `things/dev/${name}`;
  return {
    urn: `urn:pulumi:dev::things::${token}::${name}`,
    custom: true,
    type: token,
    id: `id-of-${name}`,
    inputs: { owner, __provider: "…", ...inputs },
    outputs: { owner, __provider: "…", ...inputs, ...outputs },
    ...rest,
  };
}

/** The value as `pulumi stack export --show-secrets` writes a secret. */
export const shown = (value: unknown) => ({
  [signatureKey]: secretSignature,
  plaintext: JSON.stringify(value),
});

/** The value as nobody can read it. */
export const hidden = () => ({ [signatureKey]: secretSignature, ciphertext: "v1:AAAA:BBBB" });

/** The policy and the stamps of a key that was decided upon so many days ago. */
export function rotated(every: number, days: number, more: Record<string, unknown> = {}) {
  const { rotate, ...rest } = more;
  return {
    rotate: { every: `${every}d`, ...(rotate as object) },
    keySince: daysAgo(days),
    rotatesAt: daysAgo(days - every),
    ...rest,
  };
}

/** The report of a state at `NOW`, without a request. */
export async function reportOn(
  resources: readonly object[],
  {
    config = {},
    pending = [],
    ports = fakePorts({ config }),
    within,
  }: {
    within?: number;
    config?: Record<string, string>;
    pending?: readonly object[];
    ports?: FakePorts;
  } = {},
): Promise<Report> {
  ports.time = NOW;
  const deployment = { resources, pending_operations: pending } as unknown as Stack["deployment"];
  const stack = { deployment, config: new Map(Object.entries(config)), notes: [] };
  return { ...(await reportOf(stack, ports, true)), within };
}

/** The report's rows by the names of the columns, and the whole as text and as JSON. */
export function printed(report: Report) {
  const text = reportLines(report, Number.POSITIVE_INFINITY).join("\n");
  return { text, json: JSON.parse(documentText(report)) };
}
