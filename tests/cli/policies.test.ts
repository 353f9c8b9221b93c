import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { yandex } from "pulumi-iam-keys";
import { type Program, Stand } from "./support/stand.ts";

const DAY = 24 * 3600_000;

type Args = Omit<yandex.RotatingStaticAccessKeyArgs, "serviceAccountId">;

const program =
  (args: Args) =>
  (serviceAccountId: string): Program =>
  () => {
    new yandex.RotatingStaticAccessKey("uploads", { serviceAccountId, ...args });
  };

describe("on the Pulumi CLI", { concurrency: 2 }, () => {
  test("with a lead, no key ever gets older than `every`, though the runs are days apart", async () => {
    const policy: Args = { rotate: { every: "30d", lead: "12d" }, overlap: "7d" };
    await using stand = await Stand.create(program(policy));
    await stand.stack.up();
    const made = new Map(stand.ids().map((id) => [id, stand.clock.now().getTime()]));
    for (let run = 0; run < 20; run++) {
      stand.clock.advance(2 * DAY);
      await stand.stack.up();
      const now = stand.clock.now().getTime();
      for (const id of stand.ids()) if (!made.has(id)) made.set(id, now);
      for (const id of stand.ids()) assert.ok(now - (made.get(id) ?? 0) <= 30 * DAY, `${id} is too old`);
    }
    assert.equal(made.size, 3);
  });
});
