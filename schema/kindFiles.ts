import { readdir } from "node:fs/promises";
import type { Kind } from "../provider/kinds/kind.ts";

/** A kind, and the file that declares it by a constant of the same name. */
export interface DeclaredKind {
  readonly name: string;
  readonly kind: Kind;
}

const FOLDER = new URL("../provider/kinds/", import.meta.url);
/** Files of other names there are what kinds have in common. */
const DECLARATION = /^((?:aws|yandex)[A-Z]\w*)\.ts$/;

/** Every kind that a file of `provider/kinds` declares, by cloud and name. */
export async function declaredKinds(): Promise<readonly DeclaredKind[]> {
  const names = (await readdir(FOLDER)).flatMap((file) => DECLARATION.exec(file)?.[1] ?? []);
  return Promise.all(names.sort().map(declared));
}

async function declared(name: string): Promise<DeclaredKind> {
  const { [name]: kind } = await import(new URL(`${name}.ts`, FOLDER).href);
  if (!kind?.type) throw new Error(`provider/kinds/${name}.ts must export the kind as ${name}`);
  return { name, kind };
}

/** The types of the resources that hold keys of that kind: the plain one, and the rotating one if there is one. */
export function resourceTypes({ type, isRotatable }: Kind): readonly string[] {
  return isRotatable ? [type, type.replace(":", ":Rotating")] : [type];
}
