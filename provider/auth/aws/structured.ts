import type * as z from "zod";
import { IamKeysError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";

/** A structured value of the stack's config, which Pulumi hands over as JSON text; undefined if it is absent. */
export function readStructured<Value>(
  ports: Ports,
  name: string,
  schema: z.ZodType<Value>,
): Value | undefined {
  const text = ports.config(name);
  if (!text || text === "null") return undefined;
  const parsed = schema.safeParse(parseJson(text, name));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) =>
    [...issue.path, ...(issue.code === "unrecognized_keys" ? issue.keys : [])].join("."),
  );
  const where = [...new Set(fields)].filter((field) => field !== "").join(", ");
  throw new IamKeysError(
    "INVALID_CONFIG",
    `stack config ${name} is not as @pulumi/aws has it${where ? `: ${where}` : ""}.`,
    { hint: "`pulumi config --json` shows it, and `pulumi config set --path` sets a part of it." },
  );
}

/** A parser's own words would quote the text. */
function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new IamKeysError("INVALID_CONFIG", `stack config ${name} is not a structured value.`, {
      hint: `Set its parts, for example: pulumi config set --path '${name}[0]…'`,
    });
  }
}
