interface Schema {
  readonly resources: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
}

/** What the package has, for the SDKs and programs of every language. Few processes are asked for it. */
export async function schemaText(): Promise<string> {
  return JSON.stringify(await schema());
}

/** The names of all outputs of a resource of that type. */
export async function outputNames(type: string): Promise<readonly string[]> {
  const { resources } = await schema();
  return Object.keys(resources[`iam-keys:${type}`]?.properties ?? {});
}

async function schema(): Promise<Schema> {
  const { default: read } = await import("../../schema.json", { with: { type: "json" } });
  return read;
}
