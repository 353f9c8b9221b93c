// The one file in JavaScript: what loads a policy pack compiles TypeScript by itself, with an old compiler. What this
// imports, Node reads as it is.
import { PolicyPack } from "@pulumi/policy";
import { rotated, young } from "./policies.ts";

// pulumi up --policy-pack <this folder>
new PolicyPack("iam-keys", { policies: [rotated, young] });
