import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { ago, byId, type Document, SweptStack } from "./support.ts";

const UPLOADS = "[pulumi things/dev/uploads";
const BACKUPS = "rotating:[pulumi things/dev/backups";
const MARK = "k3f9x2ab";

describe("iam-keys sweep", () => {
  let s: SweptStack;
  before(async () => {
    s = await SweptStack.create();
  });
  afterEach(() => s.clear());
  after(() => s.close());

  const plantOnTrial = () => s.plant(`${BACKUPS} #${MARK}.4?]`, { lastUsedAt: ago(2, 5) });
  const plantNeverUsed = () => s.plant(`${UPLOADS} #${MARK}.1]`, { lastUsedAt: ago(2, -30) });
  const plantUnmarked = () => s.plant(`${UPLOADS}]`);
  const plantUsed = () => s.plant(`${UPLOADS} #${MARK}.2]`, { lastUsedAt: ago(1) });

  /** The verdicts of the document by the ids. */
  const verdicts = ({ keys }: Document) =>
    Object.fromEntries(keys.map(({ id, verdict }: Document) => [id, verdict]));

  test("nothing is found beside the keys of the state: nothing to do", async () => {
    const { stdout, stderr, code } = await s.sweep(["--yes"]);
    assert.match(stdout, /^things\/dev at .* UTC: 0 keys in no state\n$/);
    assert.deepEqual([stderr, code, s.others()], ["", 0, []]);
  });

  test("it finds the keys that carry a name of the stack, whatever their marks, and all of a user; no others", async () => {
    const found = {
      [await plantOnTrial()]: "onTrial",
      [await plantNeverUsed()]: "neverUsed",
      [await plantUnmarked()]: "neverUsed",
      [await plantUsed()]: "used",
      [await s.plant(`${UPLOADS} #${MARK}.3]`, { createdAt: ago(0) })]: "neverUsed",
      [await s.plantOfUser()]: "noMark",
    };
    const others = [
      await s.plant(""),
      await s.plant(`${UPLOADS}-2 #${MARK}.1]`),
      await s.plant(`rotating:${UPLOADS} #${MARK}.1]`),
      await s.plant("[pulumi things/prod/uploads]"),
      await s.plant(`${UPLOADS} #${MARK}.1] and more`),
    ];
    const [document, code] = await s.document(["--dry-run"]);
    assert.deepEqual(verdicts(document), found);
    assert.ok(document.keys.every(({ outcome }: Document) => ["listed", "refused"].includes(outcome)));
    assert.equal(code, 2);
    assert.deepEqual(s.others().sort(), [...Object.keys(found), ...others].sort());
  });

  test("with --yes it deletes what nobody ever used, and accounts for that", async () => {
    const [onTrial, neverUsed] = [await plantOnTrial(), await plantNeverUsed()];
    const [used, ofUser] = [await plantUsed(), await s.plantOfUser()];
    const log = path.join(s.stack.folder, "audit.jsonl");
    const { stdout, code } = await s.sweep(["--yes"], { IAM_KEYS_AUDIT_TO: log });
    assert.equal(code, 2);
    assert.deepEqual(s.others().sort(), [used, ofUser].sort());
    assert.match(stdout, new RegExp(`^${onTrial} of backups: deleted$`, "m"));
    const events = (await readFile(log, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    await rm(log);
    assert.deepEqual(
      events
        .map(({ event, type, owner, keyId, step, reason }) => [event, type, owner, keyId, step, reason])
        .sort(),
      [
        ["retired", "yandex:StaticAccessKey", "things/dev/uploads", neverUsed, "delete", "a person swept it"],
        [
          "retired",
          "yandex:RotatingStaticAccessKey",
          "things/dev/backups",
          onTrial,
          "delete",
          "a person swept it",
        ],
      ].sort(),
    );
  });

  test("what was used, or is of AWS, goes by its id alone, and nothing else with it", async () => {
    const [used, neverUsed, ofUser] = [await plantUsed(), await plantNeverUsed(), await s.plantOfUser()];
    const [document, code] = await s.document([used, ofUser, "--yes"]);
    assert.equal(code, 0);
    assert.deepEqual(
      document.keys.map(({ id, outcome }: Document) => [id, outcome]),
      [used, ofUser].map((id) => [id, "deleted"]),
    );
    assert.deepEqual(s.others(), [neverUsed]);
  });

  test("a key of the state stays, also where it is named", async () => {
    const used = await plantUsed();
    const [document, code] = await s.document([...s.held, used, "--yes"]);
    const { [used]: swept, ...held } = byId(document);
    assert.equal(swept.outcome, "deleted");
    assert.equal(Object.keys(held).length, 3);
    for (const { outcome, reason } of Object.values(held)) {
      assert.equal(outcome, "refused");
      assert.match(reason, /^it is in the state of (uploads|backups|mailer) \(/);
    }
    assert.equal(code, 2);
    const live = s.iam.keys().map(({ id }) => id);
    assert.ok(s.held.every((id) => live.includes(id)));
  });

  test("an id that is of no key there is said to be, and the exit code is 4", async () => {
    const id = await s.plant("[pulumi things/prod/uploads]");
    const { stdout, code } = await s.sweep([id, "--yes"]);
    assert.match(stdout, new RegExp(`There is no key ${id} that carries the name`));
    assert.deepEqual([code, s.others()], [4, [id]]);
  });

  test("without a terminal and --yes it only shows", async () => {
    const id = await plantNeverUsed();
    for (const args of [[], [id], ["--json"]]) {
      const { stderr, stdout, code } = await s.sweep(args);
      assert.match(stderr, /nothing was deleted, because nobody can be asked here: --yes deletes/);
      assert.ok(stdout.includes(id));
      assert.deepEqual([code, s.others()], [2, [id]]);
    }
  });

  test("in a terminal it asks, and takes nothing but y or yes for an agreement", async () => {
    const [first, used] = [await plantNeverUsed(), await plantUsed()];
    const second = await plantOnTrial();
    // Enter, something else, and the end of the input.
    for (const answer of ["\n", "n\n", "\u0004"]) {
      const [shown, code] = await s.sweepInTerminal([], async () => answer);
      assert.match(shown, /Delete these 2 keys\? y\/N/);
      assert.deepEqual([code, s.others().sort()], [2, [first, second, used].sort()]);
    }
    const yes = await s.sweepInTerminal([second], async () => "y\n");
    assert.match(yes[0], /Delete this 1 key\? y\/N/);
    assert.deepEqual([yes[1], s.others().sort()], [0, [first, used].sort()]);
  });

  test("what changes while it asks counts: a use, the end of a trial, a new name, and a deletion by somebody else", async () => {
    const tried = await plantOnTrial();
    const [used, renamed, gone, swept] = [
      await plantNeverUsed(),
      await plantNeverUsed(),
      await plantNeverUsed(),
      await plantNeverUsed(),
    ];
    const [shown] = await s.sweepInTerminal([], async () => {
      s.iam.patch(used, { lastUsedAt: ago(0) });
      const { description = "" } = s.iam.keys().find(({ id }) => id === tried) ?? {};
      s.iam.patch(tried, { description: description.replace("?]", "]") });
      s.iam.patch(renamed, { description: "mine" });
      s.iam.remove(gone);
      return "y\n";
    });
    assert.match(shown, new RegExp(`${used} of uploads: not deleted: it was used just now`));
    assert.match(shown, new RegExp(`${tried} of backups: not deleted: it was handed out just now`));
    for (const id of [renamed, gone])
      assert.match(shown, new RegExp(`${id} of uploads: not deleted: it is gone, or has another name`));
    assert.match(shown, new RegExp(`${swept} of uploads: deleted`));
    assert.deepEqual(s.others().sort(), [used, tried, renamed].sort());
  });

  test("an API that refuses is told, without a secret: 3 where the caller may not delete, 1 where a delete failed, 4 where it could not look", async () => {
    const id = await plantNeverUsed();
    const [secret = ""] = s.iam.secrets().filter((each) => each.length > 30);
    s.iam.fail({ operation: "AccessKey.delete", fault: { status: 403, message: `echo: ${secret}` } });
    const [refused, code] = await s.document(["--yes"]);
    assert.equal(code, 3);
    assert.equal(byId(refused)[id].outcome, "failed");
    assert.match(byId(refused)[id].reason, /AccessKey\.delete was refused/);
    s.iam.fail({ operation: "AccessKey.delete", times: 9, fault: { status: 500 } });
    const [failed, failedCode] = await s.document(["--yes"]);
    assert.deepEqual([byId(failed)[id].outcome, failedCode], ["failed", 1]);
    s.iam.clearFaults();
    s.iam.fail({ operation: "AccessKey.list", times: 2, fault: { status: 403 } });
    const [unseen, unseenCode] = await s.document(["--yes"]);
    assert.deepEqual([unseen.keys, unseenCode], [[], 4]);
    assert.match(unseen.notes.join(), /AccessKey\.list was refused/);
    assert.deepEqual(s.others(), [id]);
  });

  test("the key that it authenticates with stays", async () => {
    const own = await s.plantOfUser();
    const secret = s.iam.secrets().at(-1);
    const [document, code] = await s.document([own, "--yes"], {
      AWS_ACCESS_KEY_ID: own,
      AWS_SECRET_ACCESS_KEY: secret,
    });
    assert.deepEqual([byId(document)[own].outcome, code], ["refused", 2]);
    assert.match(byId(document)[own].reason, /this command authenticates with it/);
    assert.deepEqual(s.others(), [own]);
  });

  test("where the state cannot be decrypted, the keys of a rotating resource's account stay", async () => {
    const id = await plantNeverUsed();
    for (const args of [["--yes"], [id, "--yes"]]) {
      const { stdout, code } = await s.sweep(args, { PULUMI_CONFIG_PASSPHRASE: "not the passphrase" });
      assert.match(
        stdout,
        /The keys of backups \(yandex:RotatingStaticAccessKey\) are encrypted in the state/,
      );
      assert.deepEqual([code, s.others()], [4, [id]]);
    }
  });

  test("a state file that lags behind its journal is refused", async () => {
    const id = await plantNeverUsed();
    const journal = ".pulumi/stacks/things/dev.json.journal";
    await s.stack.write(journal, "");
    const { stderr, code } = await s.sweep(["--yes"]);
    await rm(path.join(s.stack.folder, journal));
    assert.match(stderr, /A run of the stack goes on, or was cut off/);
    assert.deepEqual([code, s.others()], [4, [id]]);
  });

  test("of a file, what is younger than it goes by its id alone", async () => {
    const [older, younger] = [await plantNeverUsed(), await s.plant(`${UPLOADS}]`, { createdAt: ago(1) })];
    const state = await exported();
    state.deployment.manifest.time = ago(1.5);
    await s.stack.write("older.json", JSON.stringify(state));
    const [document] = await s.document(["--file", "older.json", "--yes"]);
    assert.deepEqual(verdicts(document), { [older]: "neverUsed", [younger]: "youngerThanFile" });
    assert.deepEqual(s.others(), [younger]);
    assert.equal((await s.document(["--file", "older.json", younger, "--yes"]))[1], 0);
    assert.deepEqual(s.others(), []);
  });

  test("the keys of what was under way when a run was cut off are the stack's", async () => {
    const { uploads, rest } = await split();
    const stray = await plantNeverUsed();
    const [document] = await s.document(["--file", "cut-off.json", String(uploads.id), "--yes"]);
    assert.equal(byId(document)[String(uploads.id)].verdict, "inState");
    const [found] = await s.document(["--file", "cut-off.json", "--dry-run"]);
    assert.deepEqual(Object.keys(byId(found)), [stray]);
    assert.equal(rest.length, 2);
  });

  test("a first key of which no resource came is found by the creation that is pending", async () => {
    await split({ id: "", outputs: {} }, "creating");
    const stray = await plantNeverUsed();
    const [found] = await s.document(["--file", "cut-off.json", "--dry-run"]);
    assert.deepEqual(byId(found)[stray].resource, "uploads");
  });

  async function exported(): Promise<Document> {
    await s.stack.expect("stack", "export", "--file", "export.json");
    return JSON.parse(await readFile(path.join(s.stack.folder, "export.json"), "utf8"));
  }

  /** An export in which `uploads` is not a resource but what a run was doing. */
  async function split(change: object = {}, type = "deleting") {
    const state = await exported();
    const all: Document[] = state.deployment.resources;
    const uploads = all.find(({ urn }) => urn.endsWith("::uploads"));
    const rest = all.filter(({ urn }) => /::(backups|mailer)$/.test(urn));
    state.deployment.resources = all.filter((each) => each !== uploads);
    state.deployment.pending_operations = [{ type, resource: { ...uploads, ...change } }];
    await s.stack.write("cut-off.json", JSON.stringify(state));
    return { uploads, rest };
  }

  test("a table is for readers, and plain where it is piped", async () => {
    const id = await plantOnTrial();
    const { stdout } = await s.sweep(["--dry-run"]);
    assert.match(stdout, /^things\/dev at .* UTC: 1 key in no state\n\nKEY +RESOURCE +ACCOUNT +MARK +STATUS/);
    const row = `^${id} +backups \\(yandex:RotatingStaticAccessKey\\) +${s.iam.serviceAccountId} +${MARK}\\.4\\? +- +2 h +1 h ago +on trial, nobody ever got it$`;
    assert.match(stdout, new RegExp(row, "m"));
    assert.ok(!stdout.includes("\u001b"));
  });

  test("the JSON document is as docs/sweep.md says", async () => {
    const id = await plantUsed();
    const [document] = await s.document(["--yes"]);
    const { at, keys, ...rest } = document;
    assert.deepEqual(rest, { version: 1, stack: "things/dev", notes: [] });
    const [{ createdAt, ageSeconds, lastUse, urn, text, reason, ...key }] = keys;
    assert.ok(Date.parse(createdAt) < Date.parse(lastUse.at) && Date.parse(lastUse.at) < Date.parse(at));
    assert.ok(ageSeconds >= 7200);
    assert.match(urn, /::uploads$/);
    assert.match(text, /^used \d{4}-\d\d-\d\d \d\d:\d\d: only by its id$/);
    assert.equal(reason, text);
    assert.deepEqual(key, {
      id,
      resource: "uploads",
      type: "yandex:StaticAccessKey",
      account: s.iam.serviceAccountId,
      mark: `${MARK}.2`,
      status: null,
      verdict: "used",
      outcome: "refused",
    });
  });

  test("a command line that is none is refused", async () => {
    for (const [args, message, expected] of [
      [["--offline"], /unknown option '--offline'.*iam-keys sweep --help lists/s, 3],
      [["--yes", "--dry-run"], /'--dry-run' cannot be used with option '-y, --yes'/, 3],
      [[""], /An id must not be empty\..*iam-keys sweep --help lists/s, 3],
      [["--stack", "prod"], /no stack named 'prod' found/, 4],
    ] as const) {
      const { code, stdout, stderr } = await s.sweep(args);
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [expected, ""]);
    }
  });
});

describe("iam-keys sweep, with two stacks of one name", () => {
  let first: SweptStack;
  let second: SweptStack;
  before(async () => {
    first = await SweptStack.create();
    second = await SweptStack.create(first.iam);
  });
  after(async () => {
    await second.close();
    await first.close();
  });

  test("the keys of the other one, as of one that was renamed, are shown, and need an id once they are used", async () => {
    const { iam, held } = first;
    const named = held.filter((id) => !id.startsWith("AKIA"));
    for (const id of named) iam.patch(id, { lastUsedAt: ago(-1) });
    const [document, code] = await second.document(["--yes"]);
    assert.equal(code, 2);
    for (const id of held) {
      const { verdict, outcome } = byId(document)[id];
      assert.equal(outcome, "refused");
      assert.equal(verdict, named.includes(id) ? "used" : "noMark");
    }
    const live = iam.keys().map(({ id }) => id);
    assert.ok([...held, ...second.held].every((id) => live.includes(id)));
  });

  test("a key that the stack takes over while it is asked about is the state's", async () => {
    const { iam } = second;
    const adopted = await second.plant("[pulumi things/dev/uploads]");
    const [shown, code] = await second.sweepInTerminal([adopted], async () => {
      await second.program({ adopt: adopted });
      await second.stack.up();
      return "y\n";
    });
    assert.match(shown, new RegExp(`${adopted} of uploads: not deleted: it is in the state of taken`));
    assert.equal(code, 2);
    assert.ok(iam.keys().some(({ id }) => id === adopted));
  });
});
