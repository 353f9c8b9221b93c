import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rotatingKinds } from "../../simulation/rotatingKinds.ts";
import { COMPILED } from "../support/compiled.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COMMITTED = path.join(ROOT, "docs", "rotation.svg");

/** Runs what `npm run simulate` runs. */
async function simulate(...args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const { scripts } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8"));
  const [node, ...entry] = String(scripts.simulate).split(" ");
  assert.equal(node, "node");
  const child = spawn(process.execPath, [...entry, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = await once(child, "close");
  return { code, output, errors };
}

/** The file that the command drew, and what it printed. */
async function draw(...args: string[]): Promise<{ svg: string; output: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "iam-keys-simulation-"));
  try {
    const file = path.join(folder, "picture.svg");
    const { code, output, errors } = await simulate(...args, "--svg", file);
    assert.ok(code === 0 || code === 2, errors);
    return { svg: await readFile(file, "utf8"), output: output.replace(file, "") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const KINDS = await rotatingKinds();

describe("iam-keys simulate", () => {
  for (const { type } of KINDS) {
    test(`${type}: nobody is refused by a sound policy`, async () => {
      const { code, output, errors } = await simulate("--kind", type, "--days", "60", "--every", "14d");
      assert.equal(errors, "");
      assert.match(output, /^rotations +4 /m);
      assert.match(output, /^refusals +0 /m);
      assert.match(output, /^key 1 +\d+× █+▒+/m);
      assert.ok(!output.split("\n").some((line) => line.includes("✗") && !line.includes("✗ refused")));
      assert.doesNotMatch(
        output,
        /PRIVATE KEY|AKIA|YCAJE/,
        "no secret, and no id that is another every time",
      );
      assert.equal(code, 0);
    });
  }

  test("an overlap shorter than the consumers' delay is found: when, who, with which key, and why", async () => {
    const { code, output } = await simulate("--days", "60", "--overlap", "1h", "--consumer-delay", "3d");
    assert.equal(code, 2);
    assert.match(output, /^refusals +[1-9]/m);
    assert.match(output, /^key 1 .*✗/m);
    assert.match(output, /^consumer 3 .*✗/m);
    assert.match(
      output,
      /^2026-02-0\d \d\d:\d\d: consumer 3 was refused with key 1.* Key 1 stopped working at 2026-02-0\d 09:00, \dd( \d+h)? after it was replaced\. Consumer 3 keeps using a key for 3d after/m,
    );
    assert.match(output, /^A policy is sound whose --overlap is no shorter than --consumer-delay\.$/m);
  });

  test("fits 80 columns, where there is no terminal that says more", async () => {
    const { output } = await simulate("--days", "60", "--overlap", "1h", "--consumer-delay", "3d");
    const drawn = output.slice(0, output.indexOf("5×: used"));
    assert.ok(Math.max(...drawn.split("\n").map((line) => line.length)) <= 80, drawn);
  });

  test("the same seed gives the same year, another seed another one", async () => {
    const args = ["--kind", "yandex:RotatingStaticAccessKey", "--days", "60", "--failing", "0.5", "--seed"];
    const [first, second, other] = [
      await draw(...args, "7"),
      await draw(...args, "7"),
      await draw(...args, "8"),
    ];
    assert.deepEqual(first, second);
    assert.notEqual(first.svg, other.svg);
    assert.notEqual(first.output, other.output);
  });

  test("the README's picture is the one that the command draws: npm run simulate -- --svg docs/rotation.svg", async () => {
    const { svg } = await draw();
    assert.equal(svg, await readFile(COMMITTED, "utf8"));
  });

  test("a picture has a title that says the finding, a lane for each key with its consumers, words for who cannot see it, and what went wrong", async () => {
    const { svg } = await draw(
      "--days",
      "60",
      "--overlap",
      "1h",
      "--consumer-delay",
      "3d",
      "--missed",
      "0.3",
    );
    assert.match(svg, /^<svg [^>]*role="img" aria-labelledby="title desc">/);
    assert.match(svg, /<title id="title">1 rotation, 1 use refused<\/title>/);
    assert.match(svg, /<text class="main"[^>]*>1 rotation, 1 use refused<\/text>/);
    assert.match(
      svg,
      /<desc id="desc">aws:RotatingAccessKey: every 30d, overlap 1h, grace 3d\. 60d, a run every 1d, 3 consumers /,
    );
    assert.match(svg, /prefers-color-scheme: dark/);
    for (const lane of ["runs", "key 1", "key 2"]) assert.ok(svg.includes(`>${lane}</text>`), lane);
    // Below the bar of a key lie those who use it, one below the other, and before the bar of the next key.
    const lanes = ["key 1, current", "consumer 1 uses key 1", "consumer 3 uses key 1", "key 2, current"];
    const heights = lanes.map((lane) =>
      Number(new RegExp(`y="([\\d.]+)"[^>]*><title>${lane}`).exec(svg)?.[1]),
    );
    assert.deepEqual(
      heights,
      heights.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(heights).size, lanes.length);
    assert.match(svg, /<title>key 1, current from 2026-01-01 09:00 to 2026-01-31 09:00<\/title>/);
    assert.match(svg, /<title>2026-02-\d\d \d\d:\d\d: consumer 3 was refused with key 1<\/title>/);
    assert.match(svg, /class="missed"[^>]*><title>2026-0\d-\d\d 09:00: missed<\/title>/);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  test("the finding comes first, and a key that nobody used says why", async () => {
    const { svg, output } = await draw();
    assert.match(output, /^\n12 rotations, nobody refused\n/);
    assert.match(output, /^Key 7 was never used: the run that made it failed\.$/m);
    assert.match(svg, />key 7<\/text>\n[^\n]*\n[^\n]*>never used: the run that made it failed<\/text>/);
    assert.equal([...svg.matchAll(/>never used/g)].length, 1);
  });

  const refused: readonly (readonly [args: string, messages: readonly RegExp[]])[] = [
    [
      "--kind aws:AccessKey --days 0 --run-every 0s --missed 10% --failing 1.1 --consumers many --consumer-delay 3 --seed 1.5",
      [
        /^--kind must be aws:RotatingAccessKey or yandex:Rotating.*, not "aws:AccessKey"$/m,
        /^--days must be a whole number from 1 to 3650, not "0"$/m,
        /^--run-every must be a duration longer than nothing, such as "12h", not "0s"$/m,
        /^--missed must be a share such as 0.1, from 0 to 1, not "10%"$/m,
        /^--failing must be a share such as 0.1, from 0 to 1, not "1.1"$/m,
        /^--consumers must be a whole number from 1 to 9, not "many"$/m,
        /^--consumer-delay must be a duration such as .*, not "3"$/m,
        /^--seed must be a whole number from 0 to 2147483647, not "1.5"$/m,
      ],
    ],
    [
      "--every 3x --overlap x --grace soon --window-days tue,someday --window-hours 9-17 --window-max-delay 1y",
      [
        /--every must be a duration such as/,
        /--overlap must be a duration such as/,
        /--window-days must be mon or tue/,
        /--window-hours must be hours of a day such as/,
        /--window-time-zone is required/,
        /--window-max-delay must be a duration such as/,
      ],
    ],
    [
      "--window-time-zone Berlin --unless-used-within 0s",
      [/--window-time-zone must be a time zone such as/, /--unless-used-within must be longer than nothing/],
    ],
    [
      "--overlap 30d",
      [/^--overlap \(30d\) and --grace \(3d\) together must be shorter than --every \(30d\)/],
    ],
    ["--run-every 1s", [/^--run-every \(1s\) must be longer: --days 365 would have 126144000 runs and uses/]],
    ["--svg", [/'--svg <file>' argument missing/]],
    ["--days 1 --svg no/such/x.svg", [/^--svg must name a file that can be written, .* cannot: ENOENT$/m]],
    ["--retries 3", [/unknown option '--retries'.*\n.*--help lists the options/]],
    ["now", [/too many arguments for 'simulate'/]],
  ];
  for (const [args, messages] of refused) {
    test(`${args}: refused, by name and with what would be right`, async () => {
      const { code, errors } = await simulate(...args.split(" "));
      for (const message of messages) assert.match(errors.replace("iam-keys simulate: ", ""), message);
      assert.equal(code, 3);
    });
  }

  test("--help lists the options with their defaults", async () => {
    const { code, output } = await simulate("--help");
    assert.equal(code, 0);
    assert.match(output, /^ {2}--overlap <duration> +.*\n? *.*\(default: "7d"\)$/m);
  });
});
