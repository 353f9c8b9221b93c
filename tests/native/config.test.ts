import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_PROVIDER, NativeProvider, revealed, secret, urnOf } from "../support/nativeProvider.ts";

const EXPLICIT = "urn:pulumi:stack::project::pulumi:providers:iam-keys::prod";

const reasons = ({ failures }: Awaited<ReturnType<NativeProvider["checkConfig"]>>) =>
  failures.map(({ property, reason }) => `${property}${reason}`);

test("settings: unknown, given twice and misshapen ones are refused by their names, without their values", async () => {
  await using provider = await NativeProvider.start({});
  const refused = async (news: object) => reasons(await provider.checkConfig({ ...news }));
  assert.deepEqual(await refused({ yandexTokne: "t1.canary" }), [
    "yandexTokne is not a setting of iam-keys; did you mean yandexToken?",
  ]);
  assert.deepEqual(await refused({ aws: '{"regoin":"x"}' }), [
    "aws.regoin is not a setting of iam-keys; did you mean aws.region?",
  ]);
  assert.deepEqual(await refused({ yandexToken: "t1.canary", yandex: { token: "t1.other" } }), [
    "yandex.token and yandexToken are the same setting: keep one and remove the other",
  ]);
  assert.match(
    (await refused({ yandex: "t1.canary" })).join(),
    /^yandex must be an object, such as \{ "token": … \}$/,
  );
  assert.deepEqual(await refused({ yandexToken: "", aws: null, rotateNow: "a:b", version: "0.1.0" }), []);
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  assert.deepEqual(await refused({ yandex: unknown, awsRegion: unknown }), []);
});

test("settings of the default provider do not go into the state; those of another one do, and tokens as secrets", async () => {
  await using provider = await NativeProvider.start({});
  const news = { yandexToken: "t1.canary", awsRegion: "eu-central-1", version: "0.1.0" };
  assert.deepEqual((await provider.checkConfig(news)).inputs, { version: "0.1.0" });
  assert.deepEqual((await provider.checkConfig(news, `${DEFAULT_PROVIDER}_0_1_0`)).inputs, {
    version: "0.1.0",
  });
  const { inputs } = await provider.checkConfig(news, EXPLICIT);
  assert.deepEqual(inputs, { ...news, yandexToken: secret("t1.canary") });
  const nested = { yandex: { token: "t1.canary" }, aws: JSON.stringify({ region: "eu-central-1" }) };
  const checked = (await provider.checkConfig(nested, EXPLICIT)).inputs;
  assert.deepEqual(checked, { yandex: secret({ token: "t1.canary" }), aws: nested.aws });
  assert.deepEqual(revealed(checked), nested);
});

test("settings that cannot be used end the configuration, and name what is wrong", async () => {
  await using provider = await NativeProvider.start({ config: { awsRegoin: "eu-central-1" } });
  await assert.rejects(provider.configure(), /awsRegoin is not a setting.*awsRegion.*\[INVALID_CONFIG\]/);
});

test("an engine that does not say which provider it configures gives the default one its settings all the same", async () => {
  await using provider = await NativeProvider.start({ config: { yandexMetadata: "yes" } });
  await provider.configure({}, "");
  const { failures } = await provider.check(urnOf("yandex:ApiKey"), {}, {});
  assert.match(
    failures.map(({ reason }) => reason).join(),
    /stack config iam-keys:yandexMetadata must be true or false/,
  );
});
