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
  return yamlProgram(example, `the example of ${type}`);
}

/**
 * A program in TypeScript as one in YAML.
 *
 * @param what it is, for the error
 */
export function yamlProgram(text: string, what: string): string {
  const source = ts.createSourceFile("example.ts", text, ts.ScriptTarget.ES2023, true);
  const resources: Record<string, Value> = {};
  const outputs: Record<string, Value> = {};
  const names = new Map<string, string>();
  for (const { variable, value } of source.statements.flatMap(valuesOf)) {
    if (value && ts.isNewExpression(value)) {
      const [name, properties] = (value.arguments ?? []).map(literalOf);
      if (variable !== undefined) names.set(variable, String(name));
      const token = `iam-keys:${value.expression.getText().replace(".", ":")}`;
      resources[String(name)] = { type: token, properties: properties ?? {} };
    } else if (variable !== undefined && value && ts.isPropertyAccessExpression(value)) {
      const resource = names.get(value.expression.getText());
      outputs[variable] = `\${${resource}.${value.name.text}}`;
    } else throw new Error(`${what} does something else than a resource or an output`);
  }
  const program = { name: "example", runtime: "yaml", resources };
  return stringify(Object.keys(outputs).length > 0 ? { ...program, outputs } : program, { lineWidth: 0 });
}

/** What a statement makes, and the variable that holds it. */
function valuesOf(statement: ts.Statement): { variable?: string; value: ts.Expression | undefined }[] {
  if (ts.isExpressionStatement(statement)) return [{ value: statement.expression }];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.map(({ name, initializer }) => ({
    variable: name.getText(),
    value: initializer,
  }));
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
