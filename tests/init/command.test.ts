import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { emptyFolder, filesIn, init, LEAST } from "./support.ts";

const PROGRAM = [
  "keys/.gitignore",
  "keys/Pulumi.production.yaml",
  "keys/Pulumi.yaml",
  "keys/index.ts",
  "keys/package.json",
];
const CONSUMERS = ["credentialFile", "credentialFileProvider", "keyPair"].map(
  (file) => `keys/consumers/${file}.ts`,
);

const FILES = {
  github: [".github/workflows/rotate-keys.yml", ...PROGRAM],
  gitlab: [...PROGRAM, "rotate-keys.gitlab-ci.yml"],
  operator: [...PROGRAM, "keys/rotate-keys.stack.yaml"],
  systemd: [...PROGRAM, ...CONSUMERS, "keys/rotate-keys.service", "keys/rotate-keys.timer"],
  none: PROGRAM,
};

/** What there is instead of index.ts. */
const LANGUAGES = {
  python: ["__main__.py", "requirements.txt"],
  go: ["go.mod", "main.go"],
  csharp: ["Program.cs", "keys.csproj"],
  java: ["pom.xml", "src/main/java/App.java"],
  yaml: [],
};

describe("what init writes", () => {
  for (const [pipeline, files] of Object.entries(FILES))
    test(`for ${pipeline}: each file is shown, with all that is in it, and then written`, async (t) => {
      const folder = await emptyFolder(t);
      const args = ["--account", "ajeabc", "--pipeline", pipeline];
      const shown = await init(folder, ...args, "--dry-run");
      assert.deepEqual([shown.code, await filesIn(folder)], [0, {}], shown.stderr);
      const { code, stdout, stderr } = await init(folder, ...args, "--yes");
      assert.deepEqual([code, stderr], [0, ""]);
      assert.ok(stdout.startsWith(shown.stdout), "a dry run shows what a run shows");
      const written = await filesIn(folder);
      assert.deepEqual(Object.keys(written), files.toSorted());
      for (const [file, text] of Object.entries(written))
        assert.ok(shown.stdout.includes(`── ${file}\n${text}\n`), file);
      assert.match(stdout, new RegExp(`^${files.length} files were written\\. Next:$`, "m"));
    });

  for (const [language, files] of Object.entries(LANGUAGES))
    test(`in ${language}: the program and what it depends on, and the commands that install both`, async (t) => {
      const folder = await emptyFolder(t);
      const args = ["--account", "ajeabc", "--pipeline", "systemd", "--language", language];
      const { code, stdout, stderr } = await init(folder, ...args, "--yes");
      assert.deepEqual([code, stderr], [0, ""]);
      const written = await filesIn(folder);
      const units = ["keys/rotate-keys.service", "keys/rotate-keys.timer"];
      const own = PROGRAM.filter((file) => file !== "keys/index.ts");
      const all = [...own, ...files.map((file) => `keys/${file}`), ...units];
      assert.deepEqual(Object.keys(written).toSorted(), all.toSorted());
      assert.match(
        written["keys/Pulumi.production.yaml"] ?? "",
        /^ {2}iam-keys:yandexServiceAccountKeyFile: run\.key\.json$/m,
      );
      const { type, main, dependencies } = JSON.parse(written["keys/package.json"] ?? "");
      assert.deepEqual([type, main], [undefined, undefined], "the package is no program");
      assert.ok(dependencies["pulumi-iam-keys"]);
      const steps = stdout.slice(stdout.indexOf("Next:"));
      assert.match(steps, /^ {2}npm install\n(.*\n)* {2}pulumi install\n(.*\n)* {2}npx iam-keys rotate/m);
      assert.match(steps.replaceAll(/\s+/g, " "), /The program does not rotate run\.key\.json/);
    });

  test("the same for the same values, in the folder that is named, at the root of the repository", async (t) => {
    const [first, second] = [await emptyFolder(t), await emptyFolder(t)];
    await mkdir(path.join(second, "below/here"), { recursive: true });
    const one = await init(first, ...LEAST, "--dir", "infra/keys", "--yes");
    const other = await init(path.join(second, "below/here"), ...LEAST, "--dir", "../../infra/keys", "--yes");
    assert.deepEqual([one.code, other.code], [0, 0], one.stderr + other.stderr);
    const files = await filesIn(first);
    assert.deepEqual(await filesIn(second), files);
    assert.match(files[".github/workflows/rotate-keys.yml"] ?? "", /^ +working-directory: infra\/keys$/m);
    assert.match(other.stdout, /^ {2}cd \.\.\/\.\.\/infra\/keys$/m);
  });

  test("where git knows no repository, the folder of the command is its root", async (t) => {
    const folder = await emptyFolder(t, { isRepository: false });
    assert.equal((await init(folder, ...LEAST, "--yes")).code, 0);
    assert.deepEqual(Object.keys(await filesIn(folder)), FILES.github.toSorted());
  });

  test("no option that is given is left out of it", async (t) => {
    const folder = await emptyFolder(t);
    const kind = ["--kind", "aws:RotatingAccessKey", "--name", "mailer", "--account", "mailer@example.net"];
    const policy = ["--every", "P90D", "--overlap", "12h", "--stack", "eu-1"];
    const { code, stderr } = await init(folder, ...kind, ...policy, "--pipeline", "gitlab", "--yes");
    assert.equal(code, 0, stderr);
    const files = await filesIn(folder);
    assert.match(
      files["keys/index.ts"] ?? "",
      /new aws\.RotatingAccessKey\("mailer", \{\n {2}userName: config/,
    );
    assert.match(files["keys/index.ts"] ?? "", /rotate: \{ every: "P90D" \}, overlap: "12h"/);
    assert.equal(files["keys/Pulumi.eu-1.yaml"], 'config:\n  keys:userName: "mailer@example.net"\n');
    assert.match(files["rotate-keys.gitlab-ci.yml"] ?? "", /iam-keys rotate --stack eu-1 /);
  });
});

describe("init refuses, and writes nothing", () => {
  for (const [what, args, message] of [
    [
      "a policy of which the provider says more",
      ["--every", "30 days"],
      /--every must be a duration such as "30m", "12h", "90d"/,
    ],
    [
      "a policy that nobody can keep",
      ["--every", "5d"],
      /--overlap \(7d\) must be shorter than --every \(5d\), so that/,
    ],
    [
      "an overlap that leaves no room on AWS",
      ["--kind", "aws:RotatingAccessKey", "--every", "8d"],
      /--overlap \(7d\) and retire\.grace \(24h\) together must be shorter/,
    ],
    [
      "an account that is too long",
      ["--account", "a".repeat(51)],
      /--account must be at most 50 characters long, and has 51/,
    ],
    [
      "a user whom AWS cannot have",
      ["--kind", "aws:RotatingAccessKey", "--account", "a b"],
      /--account must consist only of letters, digits and/,
    ],
    [
      "a kind that does not rotate",
      ["--kind", "yandex:IamToken"],
      /'yandex:IamToken' is invalid\. Allowed choices are aws:RotatingAccessKey,/,
    ],
    ["a name that no order can have", ["--name", "a,b"], /--name must begin with a letter/],
    ["the name of the runs' own key", ["--name", "runs-own-key"], /--name must not be runs-own-key/],
    ["a stack that Pulumi refuses", ["--stack", "a b"], /invalid stack name 'a b'/],
    ["a stack that a command would take for an option", ["--stack=-x"], /--stack must not begin with '-'/],
    [
      "a folder that a shell would take for more",
      ["--dir", "a; b"],
      /--dir must be a folder whose path in its repository/,
    ],
    ["a folder that an expression is in", ["--dir", `$\{{ github.actor }}`], /--dir must be a folder/],
    ["an empty value", ["--stack", ""], /It must not be empty/],
  ] as const)
    test(what, async (t) => {
      const folder = await emptyFolder(t);
      const { code, stdout, stderr } = await init(folder, ...LEAST, ...args, "--yes");
      assert.match(stderr, message);
      assert.deepEqual([code, stdout, await filesIn(folder)], [3, "", {}]);
    });

  test("where nobody can be asked, and names the options that are missing", async (t) => {
    const folder = await emptyFolder(t);
    for (const [args, message] of [
      [
        [],
        /^iam-keys init: --account and --pipeline must be given, because there is no terminal to ask at\.$/m,
      ],
      [
        ["--account", "aje"],
        /^iam-keys init: --pipeline must be given, because there is no terminal to ask at\.$/m,
      ],
      [
        LEAST,
        /^iam-keys init: nothing was written, because nobody can be asked here: --yes writes the files\.$/m,
      ],
    ] as const) {
      const { code, stderr } = await init(folder, ...args);
      assert.match(stderr, message);
      assert.deepEqual([code, await filesIn(folder)], [3, {}]);
    }
  });

  test("where a file is there already, and names each", async (t) => {
    const folder = await emptyFolder(t);
    await mkdir(path.join(folder, "keys"));
    await writeFile(path.join(folder, "keys/index.ts"), "mine");
    await symlink("nowhere", path.join(folder, "keys/Pulumi.yaml"));
    const { code, stdout, stderr } = await init(folder, ...LEAST, "--yes");
    assert.deepEqual([code, stdout, await filesIn(folder)], [3, "", { "keys/index.ts": "mine" }]);
    assert.match(stderr, /init: keys\/Pulumi\.yaml, keys\/index\.ts: there already, and never overwritten\./);
  });

  test("a second time, whatever was changed", async (t) => {
    const folder = await emptyFolder(t);
    await init(folder, ...LEAST, "--yes");
    const files = await filesIn(folder);
    const again = await init(folder, ...LEAST, "--name", "another", "--yes");
    assert.deepEqual([again.code, await filesIn(folder)], [3, files]);
  });

  test("where a file is in the place of a folder", async (t) => {
    const folder = await emptyFolder(t);
    await writeFile(path.join(folder, ".github"), "no folder");
    const { code, stderr } = await init(folder, ...LEAST, "--yes");
    assert.deepEqual([code, await filesIn(folder)], [3, { ".github": "no folder" }]);
    assert.match(stderr, /^iam-keys init: .*\.github must be a folder, and is a file\./m);
  });

  test("where a folder cannot be made, and takes back what it has written", async (t) => {
    const folder = await emptyFolder(t);
    await mkdir(path.join(folder, "keys"));
    await symlink("nowhere", path.join(folder, "keys/consumers"));
    const { code, stderr } = await init(folder, ...LEAST, "--pipeline", "systemd", "--yes");
    assert.deepEqual([code, await filesIn(folder)], [1, {}]);
    assert.match(stderr, /^iam-keys init: .*keys\/consumers/m);
  });

  test("where a file system takes no new folder", { skip: process.platform !== "linux" }, async (t) => {
    const folder = await emptyFolder(t);
    const { code, stderr } = await init(
      folder,
      ...LEAST,
      "--pipeline",
      "none",
      "--dir",
      "/proc/new-folder",
      "--yes",
    );
    assert.deepEqual([code, await filesIn(folder)], [1, {}]);
    assert.match(stderr, /^iam-keys init: .*\/proc\/new-folder/m);
  });
});
