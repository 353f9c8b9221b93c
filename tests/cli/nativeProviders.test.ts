import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { outputOf, resource, type YamlProgram, YamlStack } from "./support/yamlStack.ts";

/** A provider of its own, with these arguments. */
const provider = (properties: object) => ({ type: "pulumi:providers:iam-keys", properties });

/** Two keys, each made with the credentials of another account. */
const twoAccounts =
  (tokens: readonly [string, string]) =>
  ({ serviceAccountId }: YamlStack): YamlProgram => ({
    resources: {
      prod: provider({ yandex: { token: { "fn::secret": tokens[0] } } }),
      test: provider({ yandex: { token: { "fn::secret": tokens[1] } } }),
      ofProd: resource("yandex:StaticAccessKey", { serviceAccountId }, { provider: outputOf("prod") }),
      ofTest: resource("yandex:StaticAccessKey", { serviceAccountId }, { provider: outputOf("test") }),
    },
  });

describe("the settings of the plugin", { concurrency: 2 }, () => {
  test("the default provider's are read from the stack's config anew by each run, and are in no state", async (t) => {
    const stack = await YamlStack.create(t, ({ serviceAccountId }) => ({
      resources: { uploads: resource("yandex:StaticAccessKey", { serviceAccountId }) },
    }));
    delete stack.files.env.YC_TOKEN;
    const refusal = await stack.refused("preview");
    assert.match(
      refusal,
      /There are no Yandex Cloud credentials.*Set iam-keys:yandexToken or iam-keys:yandexServiceAccountKeyFile/,
    );
    const token = () => stack.iam.issueToken(stack.iam.serviceAccountId);
    const configure = async (text: string) => {
      await stack.config("--secret", "iam-keys:yandexToken", text);
      return text;
    };
    const first = await configure(token());
    await stack.up();
    // The first ends; the run goes by the one that is configured now.
    stack.iam.remove(stack.iam.keys().findLast(({ kind }) => kind === "yandex:IamToken")?.id ?? "");
    const second = await configure(token());
    await stack.refresh("--expect-no-changes");
    const state = await stack.files.stateText();
    for (const each of [first, second]) assert.ok(!`${state}${stack.printed}`.includes(each));
    const { stdout } = await stack.expect("stack", "export", "--show-secrets");
    for (const each of [first, second]) assert.ok(!stdout.includes(each));
    await stack.destroy();
    assert.deepEqual(stack.ids(), []);
  });

  test("explicit providers make keys with their own credentials, which are secrets in the state; an order is for their keys too", async (t) => {
    const tokens: string[] = [];
    const stack = await YamlStack.create(t, (made) => {
      tokens.push(...[0, 1].map(() => made.iam.issueToken(made.iam.serviceAccountId)));
      return twoAccounts([tokens[0] ?? "", tokens[1] ?? ""])(made);
    });
    delete stack.files.env.YC_TOKEN;
    await stack.up();
    await stack.up("--expect-no-changes");
    assert.equal(stack.ids().length, 2);
    const state = await stack.files.stateText();
    for (const token of tokens) assert.ok(!`${state}${stack.printed}`.includes(token));
    await stack.refresh("--expect-no-changes");
    const before = stack.ids();
    await stack.config("iam-keys:rotateNow", "incident-1:*");
    await stack.up();
    assert.deepEqual(
      before.filter((id) => stack.ids().includes(id)),
      [],
    );
    assert.equal(stack.ids().length, 2);
    await stack.destroy();
    assert.deepEqual(stack.ids(), []);
  });

  test("a key that a resource of another provider adopts stays when the one that made it goes", async (t) => {
    const caller = ({ iam, serviceAccountId }: YamlStack) =>
      provider({ yandex: { token: { "fn::secret": iam.issueToken(serviceAccountId) } } });
    const stack = await YamlStack.create(t, (made) => ({
      resources: {
        prod: caller(made),
        first: resource(
          "yandex:StaticAccessKey",
          { serviceAccountId: made.serviceAccountId },
          { provider: outputOf("prod") },
        ),
      },
    }));
    await stack.up();
    const [id] = stack.ids();
    const { serviceAccountId } = stack;
    await stack.become({
      resources: {
        test: caller(stack),
        second: resource(
          "yandex:StaticAccessKey",
          { serviceAccountId, adopt: { id } },
          { provider: outputOf("test") },
        ),
      },
    });
    await stack.up();
    assert.deepEqual(stack.ids(), [id]);
    assert.match(stack.printed, new RegExp(`key ${id} stays: by its tag it belongs to`));
    await stack.up("--expect-no-changes");
    await stack.destroy();
    assert.deepEqual(stack.ids(), []);
  });

  test("a setting that is not known is refused with the one that was meant", async (t) => {
    const stack = await YamlStack.create(t, ({ serviceAccountId }) => ({
      resources: { uploads: resource("yandex:StaticAccessKey", { serviceAccountId }) },
    }));
    await stack.config("iam-keys:yandexTokn", "t1.x");
    assert.match(
      await stack.refused("up", "--yes"),
      /yandexTokn is not a setting of iam-keys; did you mean yandexToken\?/,
    );
    await stack.expect("config", "rm", "iam-keys:yandexTokn");
    await stack.config("--path", "iam-keys:yandex.iamEndpint", "https://iam.example.net");
    assert.match(await stack.refused("up", "--yes"), /did you mean yandex\.iamEndpoint\?/);
    assert.deepEqual(stack.ids(), []);
  });

  test("a setting that is wrong is called by the name that it has here", async (t) => {
    const stack = await YamlStack.create(t, ({ serviceAccountId }) => ({
      resources: {
        odd: provider({ yandex: { token: "t1.x", oauthToken: "y0_x" } }),
        uploads: resource("yandex:StaticAccessKey", { serviceAccountId }, { provider: outputOf("odd") }),
      },
    }));
    const refusal = await stack.refused("preview");
    assert.match(
      refusal,
      /provider argument yandex\.token and provider argument yandex\.oauthToken are both set/,
    );
    await stack.config("iam-keys:yandexMetadata", "yes");
    await stack.become({
      resources: {
        uploads: resource("yandex:StaticAccessKey", { serviceAccountId: stack.serviceAccountId }),
      },
    });
    assert.match(
      await stack.refused("preview"),
      /stack config iam-keys:yandexMetadata must be true or false/,
    );
  });

  test("a token for the program is made once, and is a secret", async (t) => {
    const stack = await YamlStack.create(t, ({ serviceAccountId }) => ({
      variables: {
        token: { "fn::invoke": { function: "iam-keys:yandex:getIamToken", arguments: { serviceAccountId } } },
      },
      outputs: { token: outputOf("token.iamToken"), again: outputOf("token.iamToken") },
    }));
    await stack.up();
    const made = stack.iam.requests.filter(
      ({ operation }) => operation === "IamToken.createForServiceAccount",
    );
    assert.equal(made.length, 1);
    const { token } = await stack.outputs();
    assert.match(String(token), /^t1\./);
    assert.ok(!(await stack.files.stateText()).includes(String(token)));
  });
});
