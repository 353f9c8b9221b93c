import { VERSION } from "../../provider/version.ts";
import { jsonText } from "../json.ts";
import { type Finding, type JudgedKey, RULES } from "./findings.ts";
import { accountText } from "./foundKey.ts";
import type { Report } from "./report.ts";

/** The findings as SARIF 2.1.0, with what could not be seen as notifications. */
export function sarifText({ keys, notes, remarks }: Report): string {
  return jsonText({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "iam-keys", version: VERSION, rules: Object.entries(RULES).map(rule) } },
        invocations: [
          {
            executionSuccessful: notes.length === 0,
            toolExecutionNotifications: [
              ...notes.map((text) => ({ level: "error", message: { text } })),
              ...remarks.map((text) => ({ level: "note", message: { text } })),
            ],
          },
        ],
        results: keys.flatMap((key) => key.findings.map((finding) => result(key, finding))),
      },
    ],
  });
}

function rule([id, text]: readonly [string, string]) {
  return { id, shortDescription: { text } };
}

function result({ id, type, account, owner }: JudgedKey, { code, text }: Finding) {
  const of = owner === undefined ? "" : `, which carries the name of ${owner}`;
  return {
    ruleId: code,
    level: "warning",
    message: { text: `${type} ${id} of ${accountText(account)}${of}: ${text}.` },
    locations: [
      {
        logicalLocations: [{ name: id, fullyQualifiedName: `${type}/${account.id}/${id}`, kind: "resource" }],
      },
    ],
    // Tools recognize a finding by it.
    partialFingerprints: { "keyAndRule/v1": `${type}/${id}/${code}` },
  };
}
