import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, describe, test } from "node:test";
import { TestStack } from "../../local/engine/tests/support/stack.ts";
import { type LocalIam, startLocalIam } from "../../local/iam/index.ts";
import { DOCUMENTED_POLICY, type Document, daysAgo, scan, scanned } from "./support.ts";

describe("iam-keys scan", () => {
  let iam: LocalIam;
  /** A service account of the folder with a key of each kind. */
  let uploader = "";
  const made: Record<string, string> = {};

  const plant = async (name: string, key: Parameters<LocalIam["plantKey"]>[0]) => {
    made[name] = await iam.plantKey(key);
  };

  before(async () => {
    iam = await startLocalIam({ rsaKeyPool: 1 });
    uploader = iam.addServiceAccount("uploader");
    const owner = uploader;
    await plant("authorized", {
      kind: "yandex:ServiceAccountKey",
      owner,
      createdAt: daysAgo(400),
      lastUsedAt: daysAgo(1),
    });
    await plant("static", {
      kind: "yandex:StaticAccessKey",
      owner,
      description: "by hand rotating:[pulumi shop/prod/uploads #k3f9x2ab.4]",
      createdAt: daysAgo(40),
      lastUsedAt: daysAgo(1),
    });
    await plant("api", { kind: "yandex:ApiKey", owner, createdAt: daysAgo(40) });
    await plant("tried", { kind: "yandex:ApiKey", owner, createdAt: daysAgo(40), lastUsedAt: daysAgo(40) });
    await plant("new", { kind: "yandex:ApiKey", owner: iam.serviceAccountId });
    const user = iam.addUser("mailer");
    await plant("first", {
      kind: "aws:AccessKey",
      owner: user,
      createdAt: daysAgo(200),
      lastUsedAt: daysAgo(100),
    });
    await plant("second", {
      kind: "aws:AccessKey",
      owner: user,
      createdAt: daysAgo(2),
      lastUsedAt: daysAgo(1),
    });
    await plant("inactive", {
      kind: "aws:AccessKey",
      owner: iam.userName,
      createdAt: daysAgo(9),
      status: "Inactive",
    });
  });
  beforeEach(() => iam.clearFaults());
  after(() => iam.close());

  const findingsOf = ({ keys }: Document) =>
    Object.fromEntries(
      keys.map(({ id, findings }: Document) => [id, findings.map(({ code }: Document) => code)]),
    );
  const everywhere = () => ["--folder", iam.folderId, "--aws"];

  test("shows every key of a folder and of all users, and reports what is amiss", async () => {
    const [document, code] = await scanned(iam, everywhere());
    const {
      [document.keys.find((key: Document) => key.account === iam.callerUserName).id]: caller,
      ...others
    } = findingsOf(document);
    assert.deepEqual(caller, []);
    assert.deepEqual(others, {
      [made.authorized ?? ""]: [],
      [made.static ?? ""]: [],
      [made.api ?? ""]: ["neverUsed"],
      [made.tried ?? ""]: ["neverUsed"],
      [made.new ?? ""]: [],
      [made.first ?? ""]: ["twoActive"],
      [made.second ?? ""]: ["twoActive"],
      [made.inactive ?? ""]: ["neverUsed"],
    });
    assert.deepEqual([document.version, document.complete, document.notes, code], [1, true, [], 2]);
  });

  test("reports what is too old and what has not been used for too long, when it is told how long that is", async () => {
    const [document] = await scanned(iam, [...everywhere(), "--unused", "90d", "--older", "P180D"]);
    const findings = findingsOf(document);
    assert.deepEqual(findings[made.authorized ?? ""], ["tooOld"]);
    assert.deepEqual(findings[made.first ?? ""], ["unused", "tooOld", "twoActive"]);
    assert.deepEqual(findings[made.tried ?? ""], ["neverUsed"]);
    assert.deepEqual(findings[made.static ?? ""], []);
  });

  test("says whose a key is, and leaves the tag out of the description", async () => {
    const [{ keys }] = await scanned(iam, ["--service-account", uploader]);
    const found = keys.find(({ id }: Document) => id === made.static);
    const { ageSeconds, createdAt, lastUse, ...rest } = found;
    assert.deepEqual(rest, {
      id: made.static,
      type: "yandex:StaticAccessKey",
      account: uploader,
      accountName: null,
      description: "by hand",
      owner: "shop/prod/uploads",
      status: null,
      findings: [],
    });
    assert.ok(ageSeconds >= 40 * 86_400 && createdAt < lastUse.at);
    assert.equal(keys.find(({ id }: Document) => id === made.api).owner, null);
  });

  test("looks at nothing that is not named", async () => {
    const first = iam.requests.length;
    const [{ keys }, code] = await scanned(iam, ["--user", "mailer"]);
    assert.deepEqual(keys.map(({ id }: Document) => id).sort(), [made.first, made.second].sort());
    assert.equal(code, 2);
    const asked = iam.requests.slice(first).map(({ operation }) => operation);
    assert.deepEqual(new Set(asked), new Set(["aws:ListAccessKeys", "aws:GetAccessKeyLastUsed"]));
  });

  test("with ids it shows those keys alone, and the exit code goes by them", async () => {
    const [{ keys }, code] = await scanned(iam, [...everywhere(), made.static ?? ""]);
    assert.deepEqual([keys.length, keys[0].id, code], [1, made.static, 0]);
    const [{ notes }, missing] = await scanned(iam, [...everywhere(), "ajenosuchkey"]);
    assert.match(notes.join(), /no key ajenosuchkey/);
    assert.equal(missing, 4);
  });

  test("changes nothing", async () => {
    const ids = () => iam.keys().map(({ id }) => id);
    const [before, first] = [ids(), iam.requests.length];
    await scan(iam, everywhere());
    const asked = iam.requests.slice(first).map(({ operation }) => operation);
    assert.ok(
      asked.every((operation) => /\.list$|^aws:(List|Get|GenerateCredentialReport$)/.test(operation)),
      asked.join(),
    );
    assert.deepEqual(ids(), before);
  });

  test("reads every page of users and accounts", async (t) => {
    const large = await startLocalIam();
    t.after(() => large.close());
    const names = Array.from({ length: 105 }, (_, index) => large.addUser(`user-${index}`));
    const last = names.at(-1) ?? "";
    const id = await large.plantKey({ kind: "aws:AccessKey", owner: last });
    const [{ keys }] = await scanned(large, ["--aws"]);
    assert.ok(keys.some((key: Document) => key.id === id && key.account === last));
  });

  test("is content with the role and the policy of docs/scan.md", async (t) => {
    const limited = await startLocalIam();
    t.after(() => limited.close());
    await limited.plantKey({ kind: "yandex:ApiKey", owner: limited.serviceAccountId });
    limited.setRoles(limited.callerId, [{ role: "iam.auditor" }]);
    limited.setPolicy(limited.callerUserName, DOCUMENTED_POLICY);
    const page = await readFile(new URL("../../docs/scan.md", import.meta.url), "utf8");
    const [, policy = ""] = /```json\n(\{\n {2}"Version"[^`]*)```/.exec(page) ?? [];
    assert.deepEqual(JSON.parse(policy), DOCUMENTED_POLICY);
    const [{ keys, notes, remarks, credentialReportAt }, code] = await scanned(limited, [
      "--folder",
      limited.folderId,
      "--aws",
    ]);
    assert.deepEqual([keys.length, notes, remarks.length, code], [2, [], 1, 0]);
    assert.notEqual(credentialReportAt, null);
  });

  describe("ends with 4, and shows the rest, where", () => {
    const cases: [string, () => readonly string[], RegExp, (() => void)?][] = [
      ["a service account does not exist", () => ["--service-account", "ajenone"], /ajenone/],
      ["a user does not exist", () => ["--user", "nobody"], /nobody/],
      [
        "a folder may not be listed",
        () => ["--folder", iam.folderId],
        /ServiceAccount\.list was refused: .*iam\.auditor on folder/,
        () => iam.fail({ operation: "ServiceAccount.list", fault: { status: 403 } }),
      ],
      [
        "users may not be listed",
        () => ["--aws"],
        /ListUsers was refused/,
        () => iam.fail({ operation: "aws:ListUsers", fault: { status: 403, code: "AccessDenied" } }),
      ],
      [
        "a last use cannot be seen",
        () => ["--user", iam.userName],
        /last use of key \w+ cannot be seen/,
        () =>
          iam.fail({ operation: "aws:GetAccessKeyLastUsed", fault: { status: 403, code: "AccessDenied" } }),
      ],
    ];
    for (const [name, args, note, arrange] of cases)
      test(name, async () => {
        arrange?.();
        const [{ keys, notes, complete }, code] = await scanned(iam, ["--user", "mailer", ...args()]);
        assert.match(notes.join("\n"), note);
        assert.deepEqual([complete, code], [false, 4]);
        assert.ok(keys.some(({ id }: Document) => id === made.first));
      });
  });

  test("without credentials it says so, and ends with 4", async () => {
    const env = { YC_TOKEN: "", YC_METADATA: "", AWS_EC2_METADATA_DISABLED: "true" };
    const { stdout, code } = await scan(iam, ["--folder", iam.folderId], { env });
    assert.match(stdout, /^note: .*no Yandex Cloud credentials/m);
    assert.equal(code, 4);
  });

  test("a table is for readers: each account with its keys", async () => {
    const { stdout, stderr, code } = await scan(iam, ["--service-account", uploader, "--user", "mailer"]);
    assert.deepEqual([code, stderr], [2, ""]);
    assert.match(
      stdout,
      /^6 keys of 2 accounts at .* UTC: 4 reported\n\nKEY +KIND +AGE +LAST USE +OWNER: FINDINGS\n\nAWS user mailer\n/,
    );
    assert.match(stdout, new RegExp(`^service account ${uploader}$`, "m"));
    assert.match(stdout, new RegExp(`^${made.tried} .* none: never used except when it was made$`, "m"));
    assert.match(stdout, new RegExp(`^${made.api} +ApiKey +40 d +never +none: never used$`, "m"));
    assert.match(stdout, new RegExp(`^${made.static} +StaticAccessKey +40 d +1 d +shop/prod/uploads$`, "m"));
    assert.match(
      stdout,
      new RegExp(`^${made.first} +AccessKey +200 d +100 d +not known: one of two active keys$`, "m"),
    );
  });

  test("asks with the settings of a stack's config, where one is named", async (t) => {
    const stack = await TestStack.create(t);
    const { YC_TOKEN, ...environment } = iam.environment;
    Object.assign(stack.env, environment);
    await stack.expect("config", "set", "--secret", "yandex:token", YC_TOKEN);
    const args = ["--service-account", uploader, "--stack", "dev", "--json"];
    const { stdout } = await scan(iam, args, { cwd: stack.folder, env: { ...stack.env, YC_TOKEN: "" } });
    const { keys, notes } = JSON.parse(stdout);
    assert.deepEqual([keys.length, notes], [4, []]);
    const wrong = { ...stack.env, YC_TOKEN: "", PULUMI_CONFIG_PASSPHRASE: "not the passphrase" };
    const refused = await scan(iam, args, { cwd: stack.folder, env: wrong });
    assert.match(
      JSON.parse(refused.stdout).notes.join(),
      /configuration could not be decrypted: .*passphrase/,
    );
    assert.equal(refused.code, 4);
  });

  test("prints the same, in the same order, whichever answer comes first", async () => {
    const ids = async () => {
      const [{ keys }] = await scanned(iam, everywhere());
      return keys.map(({ id }: Document) => id);
    };
    const quiet = await ids();
    iam.fail({ operation: "aws:ListAccessKeys", fault: { delayMs: 300 } });
    assert.deepEqual(await ids(), quiet);
  });

  test("refuses a command line that names nothing, or cannot be meant, before any request", async () => {
    const first = iam.requests.length;
    for (const [args, message] of [
      [[], /Say what to scan: --folder <id>/],
      [["--folder", "a/b"], /--folder must be the id of a folder/],
      [["--service-account", "a b"], /--service-account must be the id/],
      [["--user", "a/b"], /--user must be the name of an IAM user/],
      [["--aws", "--unused", "90"], /It must be a duration such as "12h" or "90d"/],
      [["--aws", "--older", "0d"], /It must be a duration/],
      [["--aws", "--format", "xml"], /Allowed choices are csv, sarif/],
      [["--aws", "--json", "--format", "csv"], /cannot be used with/],
      [["--aws", "--adopt", "--language", "ruby"], /Allowed choices are typescript, python, go,/],
      [["--aws", "--language", "go"], /--language needs --adopt/],
      [["--aws", ""], /An id must not be empty/],
    ] as const) {
      const { stdout, stderr, code } = await scan(iam, args);
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [3, ""]);
    }
    assert.equal(iam.requests.length, first);
  });
});
