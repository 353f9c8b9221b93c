/** A program that registers what `program.json` lists, so that a test changes it by writing data. */
export const programText = `
const pulumi = require("@pulumi/pulumi");
const fs = require("fs");
const { provider } = require("./provider.js");

class Thing extends pulumi.dynamic.Resource {
  constructor(name, props, opts) {
    super(provider, name, { made: undefined, token: undefined, ...props }, opts, "test", "Thing");
  }
}

class Group extends pulumi.ComponentResource {
  constructor(type, name, opts) {
    super("test:index:" + type, name, {}, opts);
    this.registerOutputs({ size: 1 });
  }
}

const config = new pulumi.Config();
const made = {};
const resolve = (value) => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(resolve);
  if (value.$ref) return value.$ref.split(".").reduce((from, key) => from[key], made);
  if (value.$secret !== undefined) return pulumi.secret(value.$secret);
  if (value.$config) return config.requireSecret(value.$config);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
};
const program = JSON.parse(fs.readFileSync("program.json", "utf8"));
if (program.log) pulumi.log.warn(program.log);
if (program.print) console.log(program.print);
for (const { name, component, props = {}, opts = {} } of program.resources) {
  const { dependsOn, parent, deletedWith, aliases, ...plain } = opts;
  const alias = (was) => (was.parent ? { ...was, parent: made[was.parent] } : was.parent === null ? { ...was, parent: undefined } : was);
  const options = {
    ...plain,
    ...(dependsOn && { dependsOn: dependsOn.map((other) => made[other]) }),
    ...(parent && { parent: made[parent] }),
    ...(deletedWith && { deletedWith: made[deletedWith] }),
    ...(aliases && { aliases: aliases.map(alias) }),
  };
  made[name] = component ? new Group(component, name, options) : new Thing(name, { name, ...resolve(props) }, options);
}
if (program.throws) throw new Error(program.throws);
for (const [key, value] of Object.entries(program.outputs ?? {})) exports[key] = resolve(value);
`;

/**
 * A dynamic provider that writes every call to `calls.log` and behaves as `world.json` says: \`fail\` and \`unready\` list
 * calls such as "create a", \`gone\` names or ids, \`drift\` and \`inputs\` hold properties by name, \`wait\` milliseconds by call; \`hideStateDuring\` a call from which on the state file cannot be written.
 */
export const providerText = `
const world = () => JSON.parse(require("fs").readFileSync("world.json", "utf8"));
const log = (...call) => {
  const visible = (key, value) => (key === "__provider" ? undefined : value);
  require("fs").appendFileSync("calls.log", JSON.stringify(call, visible) + "\\n");
};
const act = async (call, name, properties, id) => {
  const { fail = [], unready = [], wait = {}, complain, hideStateDuring } = world();
  const key = call + " " + name;
  if (hideStateDuring === key) {
    // A file where the folder was: nothing can be written there, not even by root.
    require("fs").renameSync(".pulumi/stacks/things", ".pulumi/hidden");
    require("fs").writeFileSync(".pulumi/stacks/things", "");
  }
  if (complain) console.error(complain);
  if (wait[key]) await new Promise((resolve) => setTimeout(resolve, wait[key]));
  if (fail.includes(key)) throw new Error("cannot " + key);
  if (unready.includes(key)) {
    throw { message: "not ready", id, properties, reasons: [name + " is not ready"] };
  }
};
const outputs = (inputs) => ({ ...inputs, made: inputs.name + ":" + inputs.v, token: "token-of-" + inputs.name });
const provider = {
  async check(olds, news) {
    log("check", olds, news);
    const failures = news.v === "invalid" ? [{ property: "v", reason: "is not valid" }] : [];
    return { inputs: news, failures };
  },
  async diff(id, olds, news) {
    log("diff", id, olds, news);
    const differs = (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]);
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const inputs = keys.filter((key) => !["__provider", "made", "token"].includes(key));
    const replaces = ["v", ...(news.replacing ?? [])].filter(differs);
    const changes = news.cannotTell ? undefined : inputs.some(differs);
    return { changes, replaces, deleteBeforeReplace: news.deleteFirst === true };
  },
  async create(inputs) {
    log("create", inputs);
    const id = inputs.name + "-" + inputs.v;
    await act("create", inputs.name, outputs(inputs), id);
    return { id, outs: outputs(inputs) };
  },
  async read(id, props) {
    log("read", id, props);
    const { gone = [], drift = {}, inputs = {} } = world();
    await act("read", props.name, props, id);
    if (gone.includes(props.name) || gone.includes(id)) return {};
    return { id, props: { ...props, ...drift[props.name] }, ...(inputs[props.name] && { inputs: inputs[props.name] }) };
  },
  async update(id, olds, news) {
    log("update", id, olds, news);
    await act("update", news.name, outputs(news), id);
    return { outs: outputs(news) };
  },
  async delete(id, props) {
    log("delete", id, props);
    await act("delete", props.name, props, id);
  },
};
exports.provider = provider;
`;
