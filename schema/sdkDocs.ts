import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A property as a class or an interface of `sdk` declares it. */
export interface DocumentedProperty {
  readonly name: string;
  readonly description: string;
  /** The type in the words of TypeScript: "string[]". */
  readonly type: string;
  readonly isOptional: boolean;
}

export interface Documented {
  readonly description: string;
  readonly properties: readonly DocumentedProperty[];
  /** A program that uses it, in TypeScript. */
  readonly example: string | undefined;
  /** The page of the API that it goes by. */
  readonly page: string | undefined;
  /** What a class computes from the secrets: its accessors and methods. */
  readonly computed: readonly string[];
}

const SDK = fileURLToPath(new URL("../sdk/", import.meta.url));

/** What the docstrings of `sdk` say: they are the one place where arguments and outputs are described. */
class SdkDocs {
  readonly #checker: ts.TypeChecker;
  readonly #declarations = new Map<
    string,
    ts.ClassDeclaration | ts.InterfaceDeclaration | ts.FunctionDeclaration
  >();

  constructor() {
    const program = ts.createProgram(globSync(`${SDK}**/*.ts`), {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2023.d.ts", "lib.es2024.collection.d.ts"],
      strict: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      skipLibCheck: true,
      types: ["node"],
    });
    this.#checker = program.getTypeChecker();
    for (const file of program.getSourceFiles()) {
      const [, folder] = /\/sdk\/(?:(\w+)\/)?\w+\.ts$/.exec(file.fileName) ?? [undefined, undefined];
      if (!/\/sdk\/(\w+\/)?\w+\.ts$/.test(file.fileName) || file.fileName.includes("node_modules")) continue;
      file.forEachChild((node) => {
        if (
          !ts.isClassDeclaration(node) &&
          !ts.isInterfaceDeclaration(node) &&
          !ts.isFunctionDeclaration(node)
        )
          return;
        if (node.name) this.#declarations.set(folder ? `${folder}:${node.name.text}` : node.name.text, node);
      });
    }
  }

  /** The class, interface or function of that name: "yandex:StaticAccessKeyArgs", or "RotationPolicy". */
  of(name: string): Documented {
    const declaration = this.#declarations.get(name);
    const symbol = declaration?.name && this.#checker.getSymbolAtLocation(declaration.name);
    if (!declaration || !symbol) throw new Error(`sdk declares no ${name}`);
    const type = this.#checker.getTypeAtLocation(declaration);
    const described = constructorOf(symbol) ?? symbol;
    const tags = described.getJsDocTags(this.#checker);
    const tag = (name: string) => ts.displayPartsToString(tags.find((each) => each.name === name)?.text);
    return {
      description: this.#textOf(described),
      example: /```ts\n(.*?)```/s.exec(tag("example"))?.[1],
      page: tag("see") || undefined,
      computed: ts.isClassDeclaration(declaration) ? declaration.members.flatMap(computedName) : [],
      properties: this.#checker.getPropertiesOfType(type).flatMap((property) => this.#propertyOf(property)),
    };
  }

  has(name: string): boolean {
    return this.#declarations.has(name);
  }

  /** The interfaces that the file of that class exports. */
  interfacesBeside(name: string): readonly string[] {
    const statements = this.#declarations.get(name)?.getSourceFile().statements ?? [];
    return [...statements].flatMap((node) => (ts.isInterfaceDeclaration(node) ? node.name.text : []));
  }

  #propertyOf(property: ts.Symbol): DocumentedProperty[] {
    const [declaration] = property.declarations ?? [];
    if (!declaration || declaration.getSourceFile().fileName.includes("node_modules")) return [];
    const isShown =
      (ts.isPropertyDeclaration(declaration) || ts.isPropertySignature(declaration)) &&
      !(ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected));
    if (!isShown) return [];
    const type = this.#checker.typeToString(
      this.#checker.getTypeOfSymbol(property),
      undefined,
      ts.TypeFormatFlags.NoTruncation,
    );
    const plain = type.replace(/^(?:pulumi\.)?Output(?:Instance)?<(.*?)>(?: & .*)?$/s, "$1");
    return [
      {
        name: property.name,
        description: this.#textOf(property),
        type: plain.replace(/^(.*) \| undefined$/, "$1").replace(/^undefined \| /, ""),
        isOptional:
          plain !== plain.replace(/ \| undefined|undefined \| /, "") ||
          (property.flags & ts.SymbolFlags.Optional) !== 0,
      },
    ];
  }

  /** The docstring without the tags below it. */
  #textOf(symbol: ts.Symbol): string {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
    return text
      .replaceAll(/\{@link (\w+) ?\}/g, "`$1`")
      .replaceAll(/(?<!\n)\n(?!\n)/g, " ")
      .trim();
  }
}

/** A class is described where editors look for it: at its constructor. */
function constructorOf({ members }: ts.Symbol): ts.Symbol | undefined {
  return members?.get(ts.InternalSymbolName.Constructor);
}

function computedName(member: ts.ClassElement): string[] {
  const isComputed = ts.isGetAccessorDeclaration(member) || ts.isMethodDeclaration(member);
  return isComputed ? [member.name.getText()] : [];
}

/** What a class is, in less than a sentence. */
export function summaryOf(description: string): string {
  return /^[^.:;]*/.exec(description)?.[0] ?? "";
}

export const docs = new SdkDocs();
export type { SdkDocs };
