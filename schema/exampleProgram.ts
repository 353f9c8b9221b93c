import ts from "typescript";
import { stringify } from "yaml";
import { docs } from "./sdkDocs.ts";

type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

/** What stands for values that an example takes from elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = { "account.id": "aje00000000000000000" };

/** The example of a class, which is in TypeScript, as a whole program in YAML. */
export function exampleProgram(type: string): string {
  const { example } = docs.of(type);
  if (!example) throw new Error(`the class of ${type} has no @example`);
  const source = ts.createSourceFile("example.ts", example, ts.ScriptTarget.ES2023, true);
  const resources: Record<string, Value> = {};
  const outputs: Record<string, Value> = {};
  const names = new Map<string, string>();
  for (const { name: variable, initializer } of source.statements.flatMap(declarationsOf)) {
    if (initializer && ts.isNewExpression(initializer)) {
      const [name, properties] = (initializer.arguments ?? []).map(literalOf);
      names.set(variable.getText(), String(name));
      const token = `iam-keys:${initializer.expression.getText().replace(".", ":")}`;
      resources[String(name)] = { type: token, properties: properties ?? {} };
    } else if (initializer && ts.isPropertyAccessExpression(initializer)) {
      const resource = names.get(initializer.expression.getText());
      outputs[variable.getText()] = `\${${resource}.${initializer.name.text}}`;
    } else throw new Error(`the example of ${type} does something else than a resource or an output`);
  }
  return stringify({ name: "example", runtime: "yaml", resources, outputs }, { lineWidth: 0 });
}

function declarationsOf(statement: ts.Statement): readonly ts.VariableDeclaration[] {
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
}

function literalOf(node: ts.Expression): Value {
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(literalOf);
  if (ts.isObjectLiteralExpression(node)) return Object.fromEntries(node.properties.map(entryOf));
  const value = ELSEWHERE[node.getText()];
  if (value === undefined) throw new Error(`no program in YAML can have ${node.getText()}`);
  return value;
}

function entryOf(property: ts.ObjectLiteralElementLike): [string, Value] {
  if (ts.isPropertyAssignment(property)) return [property.name.getText(), literalOf(property.initializer)];
  throw new Error(`no program in YAML can have ${property.getText()}`);
}
