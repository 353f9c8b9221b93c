import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { aws, yandex } from "./support/classes.ts";
import { Stand } from "./support/stand.ts";

const HOUR = 60 * 60 * 1000;

test("a refresh while the lists of both clouds are late drops no key, and no run makes a second one", async () => {
  await using stand = await Stand.create(() => () => {});
  const { stack, iam, serviceAccountId } = stand;
  const users = [iam.addUser("plain"), iam.addUser("rotating")];
  stand.become(() => {
    class Uploads extends pulumi.ComponentResource {
      constructor(name: string) {
        super("test:Uploads", name);
        const opts = { parent: this };
        new yandex.StaticAccessKey("plain", { serviceAccountId }, opts);
        new yandex.RotatingServiceAccountKey("rotating", { serviceAccountId }, opts);
        new aws.AccessKey("user", { userName: users[0] }, opts);
        new aws.RotatingAccessKey("rotating-user", { userName: users[1] }, opts);
      }
    }
    new Uploads("uploads");
  });
  iam.setConsistency({ createsHiddenMs: HOUR, deletesShownMs: HOUR });
  await stack.up();
  const made = stand.ids();
  for (let run = 0; run < 2; run++) {
    await stack.refresh();
    assert.deepEqual(await stack.up({ expectNoChanges: true }), {});
    assert.deepEqual(stand.ids(), made);
  }
  await stack.destroy();
  assert.deepEqual(
    stand.ids().filter((id) => made.includes(id)),
    [],
  );
});
