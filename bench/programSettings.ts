/** What `bench/program` reads from `program.json`. */
export interface ProgramSettings {
  readonly resources: "nothing" | "keys" | "authorizedKeys" | "staticKeys";
  readonly count: number;
  /** Another one replaces the resources of the first half and of the second. */
  readonly generations: readonly [string, string];
  readonly serviceAccountId: string;
}
