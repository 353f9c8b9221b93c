import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ageViolations,
  DEFAULT_LIMITS,
  type Limits,
  rotationViolations,
  type StackResource,
} from "../../cli/check/rules.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse("2026-11-27T12:00:00Z");
/** So many days ago, or from now where it is negative. */
const daysAgo = (days: number) => new Date(NOW - days * DAY).toISOString();
const CIPHERTEXT = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:x",
};

function resource(kind: string, props: Record<string, unknown>, name = "uploads"): StackResource {
  const type = `pulumi-nodejs:dynamic/iam-keys/${kind}`;
  return { urn: `urn:pulumi:dev::things::${type}::${name}`, type, props };
}

const said = (key: StackResource, limits: Partial<Limits> = {}) => {
  const all = { ...DEFAULT_LIMITS, ...limits };
  return [...rotationViolations(key, all), ...ageViolations(key, all, NOW)].map(({ message }) => message);
};

const rotate = { every: "30d" };
const aged = (age: number) => ({ keySince: daysAgo(age) });

const LONG_LIVED = [
  ...["yandex:ServiceAccountKey", "yandex:StaticAccessKey", "yandex:ApiKey", "aws:AccessKey"],
  ...["yandex:RotatingServiceAccountKey", "yandex:RotatingStaticAccessKey", "yandex:RotatingApiKey"],
  ...["aws:RotatingAccessKey", "yandex:KindOfALaterVersion"],
];

for (const kind of LONG_LIVED) {
  describe(kind, () => {
    const keys = kind.includes("Rotating") ? { current: CIPHERTEXT, previous: CIPHERTEXT } : {};

    test("passes while it is rotated in time and young enough, to the very day", () => {
      assert.deepEqual(said(resource(kind, { ...keys, rotate, ...aged(10) })), []);
      for (const every of ["90d", "P90D", "12w6d", "2159h60m", "PT2159.5H"])
        assert.deepEqual(said(resource(kind, { ...keys, rotate: { every }, ...aged(90) })), [], every);
    });

    test("is reported where nothing rotates it, whatever its age", () => {
      assert.deepEqual(said(resource(kind, { ...keys, keySince: daysAgo(1) })), [
        `uploads (${kind}): nothing rotates it. Set rotate: { every: "90d" }, or more often.`,
      ]);
    });

    test("is reported where its rotation is paused, or too rare", () => {
      const [paused] = said(resource(kind, { ...keys, rotate: { ...rotate, paused: true }, ...aged(1) }));
      assert.match(paused ?? "", /: its rotation is paused\. Remove paused: true from rotate\.$/);
      const [rare] = said(resource(kind, { ...keys, rotate: { every: "180d" }, ...aged(1) }));
      assert.match(rare ?? "", /: it is rotated only every 180 days\. Set rotate: .*"90d"/);
      const allowed = resource(kind, { ...keys, rotate: { every: "180d" }, ...aged(1) });
      assert.deepEqual(said(allowed, { maxAgeDays: 180 }), []);
    });

    test("is reported where it is too old, though `current` is encrypted", () => {
      const [old, ...others] = said(resource(kind, { ...keys, rotate, ...aged(91) }));
      assert.match(old ?? "", /: its key is 91 days old\. No key may be older than 90 days/);
      assert.deepEqual(others, []);
    });
  });
}

describe("a key that expires", () => {
  const key = (expiresIn: unknown) => resource("yandex:ApiKey", { expiresIn, ...aged(1) });

  test("is rotated at two thirds of its life, where its program says nothing else", () => {
    assert.deepEqual(said(key("135d")), []);
    assert.match(said(key("150d")).join(), /it is rotated only every 100 days/);
  });

  test("is not judged while a preview does not know for how long, or how often", () => {
    assert.deepEqual(said(key(null)), []);
    assert.deepEqual(said(resource("yandex:ApiKey", { rotate: { every: null }, ...aged(1) })), []);
  });
});

describe("the age of a key", () => {
  const key = (props: Record<string, unknown>) =>
    resource("yandex:RotatingStaticAccessKey", { rotate, ...props });

  test("is that of when it was made, where that was before it was decided upon by a stack", () => {
    const adopted = { ...aged(1), current: { createdAt: daysAgo(200) } };
    assert.match(said(key(adopted)).join(), /its key is 200 days old/);
    assert.match(
      said(resource("aws:AccessKey", { ...aged(1), createDate: daysAgo(200) })).join(),
      /200 days/,
    );
  });

  test("of the previous one is looked at where it can be read", () => {
    const props = {
      ...aged(20),
      current: { createdAt: daysAgo(20) },
      previous: { createdAt: daysAgo(100) },
    };
    assert.deepEqual(said(key(props)), [
      "uploads (yandex:RotatingStaticAccessKey): its previous key is 100 days old. Set a shorter rotate.every or overlap, or a longer rotate.lead, and run `pulumi up` to retire it.",
    ]);
  });

  test("that the policy itself allows is told of a previous key that is too old", () => {
    const previous = { createdAt: daysAgo(93) };
    const policy = { ...aged(5), rotate: { every: "90d" }, overlap: "7d", retire: { grace: "2d" }, previous };
    const aws = (more: object) => said(resource("aws:RotatingAccessKey", { ...policy, ...more })).join();
    assert.match(aws({}), /Its policy lets a key get 99 days old\. Set a shorter/);
    assert.match(
      aws({ rotate: { every: "90d", lead: "9d" } }),
      /its previous key is 93 days old\. Set a shorter rotate\.every/,
    );
    const yandex = resource("yandex:RotatingStaticAccessKey", policy);
    assert.match(said(yandex).join(), /lets a key get 97 days old/);
  });

  test("that is not known is reported", () => {
    assert.match(said(key({})).join(), /its age is not known\. Run `pulumi up`/);
  });
});

for (const kind of ["yandex:IamToken", "yandex:EphemeralAccessKey"]) {
  describe(kind, () => {
    const key = (age: number, life: number) =>
      resource(kind, { keySince: daysAgo(age), expiresAt: daysAgo(age - life) });

    test("needs no rotation, because it is renewed by itself before it expires", () => {
      assert.deepEqual(said(key(0, 0.5)), []);
      assert.deepEqual(said(key(30, 60)), []);
    });

    test("is reported where it expired and was not renewed", () => {
      assert.match(
        said(key(3, 0.5)).join(),
        /it expired at 2026-11-25T00:00:00.000Z, and no run has renewed it/,
      );
    });

    test("is reported where it is valid for longer than a key may be", () => {
      assert.match(said(key(1, 365)).join(), /it is valid for 365 days\. Set a duration of at most 90 d/);
    });
  });
}

describe("left alone", () => {
  const old = (name: string) => resource("yandex:StaticAccessKey", { keySince: daysAgo(400) }, name);

  test("are those of the names that are excepted", () => {
    assert.equal(said(old("legacy-ftp"), { except: ["legacy-*"] }).length, 0);
    assert.equal(said(old("legacy-ftp"), { except: ["other", "legacy-ftp"] }).length, 0);
    for (const except of [["legacy"], ["*.ftp"], [""], ["egacy-ftp"]])
      assert.equal(said(old("legacy-ftp"), { except }).length, 2, except.join());
  });

  test("are resources of others", () => {
    const type = "aws:iam/accessKey:AccessKey";
    const foreign = {
      urn: `urn:pulumi:dev::things::${type}::uploads`,
      type,
      props: { createDate: daysAgo(400) },
    };
    assert.deepEqual(said(foreign), []);
  });
});
