/** By which way the engine comes to the provider: the SDK's dynamic resources, or a plugin. */
export type Door = "dynamic" | "native";

/** What `bench/program` reads from `program.json`. */
export interface ProgramSettings {
  readonly door: Door;
  /** Keys, half of them authorized and half static, or what does nothing. */
  readonly resources: "nothing" | "keys";
  readonly count: number;
  /** Another one replaces the resources. */
  readonly generation: string;
  readonly serviceAccountId: string;
  /** The outputs by type, as an SDK that is generated from the schema declares them. */
  readonly outputs: Readonly<Record<string, readonly string[]>>;
}

/** Makes the resource of that index. */
export type Make = (settings: ProgramSettings, index: number, name: string) => unknown;
