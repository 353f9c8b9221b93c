import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Change, duePlan } from "../../cli/rotate/duePlan.ts";
import { type Limits, shareOf } from "../../cli/rotate/share.ts";
import { stackFacts } from "../../cli/rotate/stackFacts.ts";

const TYPE = "pulumi-nodejs:dynamic/iam-keys/yandex:RotatingApiKey";
const urnOf = (name: string) => `urn:pulumi:p::k::${TYPE}::${name}`;

/** The keys of a state with these names, each with its `rotate.group`. */
function keysIn(groups: Readonly<Record<string, string>>) {
  const resources = Object.entries(groups).map(([name, group]) => ({
    urn: urnOf(name),
    inputs: { rotate: { every: "30d", group } },
  }));
  return stackFacts({ version: 3, deployment: { resources } }).keys;
}

/** Which keys a run takes and puts off; each key is due since so many days. */
function shared(
  due: Readonly<Record<string, number>>,
  limits: Partial<Limits>,
  {
    groups = {},
    dependsOn = {},
    upkeep = [],
    ordered = [],
    earlier = [],
  }: {
    groups?: Readonly<Record<string, string>>;
    dependsOn?: Readonly<Record<string, readonly string[]>>;
    upkeep?: readonly string[];
    ordered?: readonly string[];
    earlier?: readonly string[];
  } = {},
) {
  const aged = Object.entries(due).map(([name, days]) => ({ urn: urnOf(name), since: -days }));
  const edges = Object.entries(dependsOn).map(([name, on]) => [urnOf(name), on.map(urnOf)] as const);
  const share = shareOf(
    {
      rotations: [...aged.map(({ urn }) => urn), ...ordered.map(urnOf)],
      aged,
      upkeep: upkeep.map(urnOf),
    },
    { dependsOn: new Map(edges), keys: keysIn(groups) },
    { apart: [], ...limits },
    new Set(earlier.map(urnOf)),
  );
  const names = (urns: ReadonlySet<string>) => [...urns].map((urn) => urn.split("::").at(-1)).sort();
  return { taken: names(share.taken), putOff: names(share.putOff) };
}

describe("of the keys that are due by age", () => {
  const three = { a: 1, b: 3, c: 2 };

  test("all are taken where nothing is said of it", () => {
    assert.deepEqual(shared(three, {}), { taken: ["a", "b", "c"], putOff: [] });
  });

  test("so many are taken, those that have been due for longest", () => {
    assert.deepEqual(shared(three, { most: 2 }), { taken: ["b", "c"], putOff: ["a"] });
    assert.deepEqual(shared({ b: 1, a: 1 }, { most: 1 }), { taken: ["a"], putOff: ["b"] });
  });

  test("one of those with the same rotate.group is taken, also by another attempt of the run", () => {
    const groups = { a: "pair", b: "pair", c: "alone" };
    assert.deepEqual(shared(three, {}, { groups }), { taken: ["b", "c"], putOff: ["a"] });
    assert.deepEqual(shared({ a: 1, c: 2 }, {}, { groups, earlier: ["b"] }), {
      taken: ["b", "c"],
      putOff: ["a"],
    });
    assert.deepEqual(shared({ b: 3, c: 2 }, {}, { groups, ordered: ["a"] }), {
      taken: ["c"],
      putOff: ["b"],
    });
  });

  test("one of a group is taken, and all that are in none", () => {
    const apart = [["a", "b"], ["x-*"]];
    assert.deepEqual(shared({ ...three, "x-1": 1, "x-2": 2 }, { apart }), {
      taken: ["b", "c", "x-2"],
      putOff: ["a", "x-1"],
    });
  });

  test("what is ordered or upkeep is not counted", () => {
    assert.deepEqual(shared(three, { most: 1 }, { ordered: ["o", "p"], upkeep: ["u"] }).taken, ["b"]);
  });

  test("what an update of another would rotate is taken and counted with it", () => {
    const dependsOn = { file: ["b"], a: ["file"] };
    assert.deepEqual(shared(three, { most: 2 }, { dependsOn }).taken, ["a", "b"]);
    assert.deepEqual(shared(three, { most: 1 }, { dependsOn, upkeep: ["file"] }), {
      taken: ["a"],
      putOff: ["b", "c"],
    });
  });

  test("those that cannot be apart are taken together, and no other with them", () => {
    const dependsOn = { a: ["b"] };
    assert.deepEqual(shared(three, { most: 1 }, { dependsOn }), { taken: ["a", "b"], putOff: ["c"] });
    assert.deepEqual(shared(three, { apart: [["a", "b"]] }, { dependsOn }).taken, ["a", "b"]);
  });

  test("what an earlier attempt of the run has taken counts, whether it is done or not", () => {
    assert.deepEqual(shared(three, { most: 2 }, { earlier: ["done"] }).taken, ["b", "done"]);
    assert.deepEqual(shared(three, { most: 1 }, { earlier: ["a"] }), { taken: ["a"], putOff: ["b", "c"] });
  });

  test("each is taken in some run, and none more than may be, whatever there is", () => {
    const name = fc.constantFrom(..."abcdefgh");
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.nat(5), { minKeys: 1 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.uniqueArray(name, { minLength: 2, maxLength: 3 }), { maxLength: 2 }),
        (due, most, apart) => {
          let left = due;
          for (let runs = Object.keys(due).length; Object.keys(left).length > 0; runs -= 1) {
            assert.ok(runs > 0, "a run has taken none");
            const { taken, putOff } = shared(left, { most, apart });
            assert.ok(taken.length >= 1 && taken.length <= most);
            for (const group of apart)
              assert.ok(taken.filter((each) => group.includes(each ?? "")).length <= 1);
            assert.equal(taken.length + putOff.length, Object.keys(left).length);
            left = Object.fromEntries(Object.entries(left).filter(([each]) => !taken.includes(each)));
          }
        },
      ),
    );
  });
});

test("a key is due by its age alone where the preview gives no other reason", () => {
  const urn = urnOf("a");
  const change: Change = { urn, op: "update", old: {}, new: {} };
  const agedBy = (why: string) =>
    duePlan([change], [`a (yandex:RotatingApiKey): new key: ${why}; x keeps working.`], {
      takenOfKeys: new Map(),
    }).aged;
  assert.deepEqual(agedBy("due since 2026-02-01 12:30 UTC (every 31d, lead 5d)"), [
    { urn, since: Date.parse("2026-02-01T12:30Z") },
  ]);
  for (const why of [
    "ordered by iam-keys:rotateNow (leak-1)",
    "ordered by iam-keys:rotateNow (leak-1) and due since 2026-02-01 12:30 UTC (every 31d)",
    "keepers changed and due since 2026-02-01 12:30 UTC (every 31d)",
    "there is no key",
    "it expires at 2026-02-01 12:30 UTC",
  ])
    assert.deepEqual(agedBy(why), [], why);
});

test("what a resource depends on is in the state: dependencies, parent and provider", () => {
  const provider = "urn:pulumi:p::k::pulumi:providers:aws::own";
  const resources = [
    { urn: urnOf("a"), dependencies: null },
    { urn: provider, id: "4a5b", dependencies: [urnOf("a")] },
    { urn: urnOf("b"), provider: `${provider}::4a5b`, parent: urnOf("stack"), dependencies: [urnOf("c")] },
  ];
  const { dependsOn } = stackFacts({ version: 3, deployment: { resources } });
  assert.deepEqual(dependsOn.get(urnOf("b")), [urnOf("c"), urnOf("stack"), provider]);
  assert.deepEqual(dependsOn.get(urnOf("a")), []);
});
