import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Outlook, outlookText, type Reason } from "../../provider/rotation/outlook.ts";

const at = (text: string) => Date.parse(text);
const due: Reason = { because: "due", since: at("2026-11-18T09:00:00Z"), every: "30d" };

describe("what a preview says of a key", () => {
  const cases: readonly (readonly [string, Outlook])[] = [
    [
      "new key: due since 2026-11-18 09:00 UTC (every 30d); aje1 keeps working until 2026-11-25 09:00 UTC",
      {
        what: "newKey",
        reasons: [due],
        old: { id: "aje1", fate: { keepsWorkingUntil: at("2026-11-25T09:00:30Z"), orLonger: false } },
      },
    ],
    [
      "new key: ordered by iam-keys:rotateNow (incident-42); aje1 keeps working until 2026-11-25 09:00 UTC or longer",
      {
        what: "newKey",
        reasons: [{ because: "ordered", token: "incident-42" }],
        old: { id: "aje1", fate: { keepsWorkingUntil: at("2026-11-25T09:00:30Z"), orLonger: true } },
      },
    ],
    [
      "new key: keepers, scopes changed and due since 2026-11-18 09:00 UTC (every 30d); it takes the place of aje1",
      {
        what: "newKey",
        reasons: [{ because: "changed", inputs: ["keepers", "scopes"] }, due],
        old: { id: "aje1", fate: "replaced" },
      },
    ],
    [
      "new key: due since 2026-11-18 09:00 UTC (every 30d, lead 7d, jitter 3d); it takes the place of aje1",
      {
        what: "newKey",
        reasons: [{ ...due, lead: "7d", jitter: "3d" }],
        old: { id: "aje1", fate: "replaced" },
      },
    ],
    [
      "back to the previous key aje0: ordered by iam-keys:revertNow (oops-1); aje1 keeps working until 2026-11-25 09:00 UTC",
      {
        what: "revert",
        token: "oops-1",
        id: "aje0",
        old: { id: "aje1", fate: { keepsWorkingUntil: at("2026-11-25T09:00:30Z"), orLonger: false } },
      },
    ],
    ["new key: there is no key", { what: "newKey", reasons: [{ because: "keyMissing" }] }],
    [
      "new key: its secret is missing; aje1 keeps working",
      {
        what: "newKey",
        reasons: [{ because: "secretMissing", outputs: ["secret"] }],
        old: { id: "aje1", fate: "kept" },
      },
    ],
    [
      "new key: it expires at noon; aje1 will be deleted as soon as there is a new one: whatever still uses it is cut off",
      {
        what: "newKey",
        reasons: [{ because: "expiring", words: "it expires at noon" }],
        old: { id: "aje1", fate: "cutOff" },
      },
    ],
    [
      "paused: due since 2026-11-18 09:00 UTC (every 30d)",
      { what: "held", held: { by: "paused", reasons: [due] } },
    ],
    [
      "held by its window until 2026-11-20 22:00 UTC: due since 2026-11-18 09:00 UTC (every 30d)",
      { what: "held", held: { by: "window", until: at("2026-11-20T22:00:00Z"), reasons: [due] } },
    ],
    [
      "held by its window: due since 2026-11-18 09:00 UTC (every 30d)",
      { what: "held", held: { by: "window", reasons: [due] } },
    ],
    [
      "held until the previous key aje0 is gone: due since 2026-11-18 09:00 UTC (every 30d)",
      { what: "held", held: { by: "previous", previousId: "aje0", reasons: [due] } },
    ],
    [
      "policy changed; next rotation 2026-12-18 09:00 UTC; no new key",
      { what: "policy", next: at("2026-12-18T09:00:00Z") },
    ],
    ["policy changed; no rotation by age; no new key", { what: "policy", next: undefined }],
  ];
  for (const [text, outlook] of cases) test(text, () => assert.equal(outlookText(outlook), text));
});
