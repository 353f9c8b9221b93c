import { ROTATABLE } from "../../provider/kinds/table.ts";
import { LANGUAGES, type Language } from "../languages.ts";

/** The resources that `init` writes a program for. */
export const TYPES = ROTATABLE.map((type) => type.replace(":", ":Rotating"));

/** The languages that a program may be in. */
export const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[];

/** What may run the rotation. */
export const PIPELINES = ["github", "gitlab", "operator", "systemd", "none"] as const;

export type Pipeline = (typeof PIPELINES)[number];

/** What a person decides; each is an option of this name. */
export interface Answers {
  /** The resource: "yandex:RotatingStaticAccessKey". */
  readonly kind: string;
  /** Its name. */
  readonly name: string;
  /** Whose key it is: the id of a service account or an OAuth client, or the name of a user. */
  readonly account: string;
  readonly every: string;
  readonly overlap: string;
  readonly stack: string;
  readonly language: Language;
  readonly pipeline: Pipeline;
}

/** What is taken where an option says nothing else, and what a question suggests. */
export const DEFAULTS = {
  kind: "yandex:RotatingStaticAccessKey",
  name: "uploads",
  every: "30d",
  overlap: "7d",
  stack: "production",
  language: "typescript",
} as const satisfies Partial<Answers>;

/** The resource that rotates the key with which the runs themselves authenticate. */
export const RUNS_OWN_KEY = "runs-own-key";
