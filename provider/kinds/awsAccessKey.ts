import * as z from "zod";
import type { AccessKeyStatus } from "../api/awsReplies.ts";
import { PartialFailure } from "../errors.ts";
import { rotation, verifyWith } from "./fields.ts";
import type { Kind, Properties } from "./kind.ts";

const inputs = z.strictObject({
  userName: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\w+=,.@-]*$/, { error: "must consist only of letters, digits and _+=,.@-" })
    .optional(),
  status: z.enum(["Active", "Inactive"]).optional(),
  ...rotation,
  verify: verifyWith({
    regions: z
      .array(
        z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, { error: 'must be a region such as "eu-central-1"' }),
      )
      .min(1)
      .optional(),
  }).optional(),
});

function regionsOf(asked: z.infer<typeof inputs>["verify"]): readonly string[] | undefined {
  return typeof asked === "object" ? (asked.regions as readonly string[] | undefined) : undefined;
}

interface Outputs extends Properties {
  readonly userName?: string;
  readonly status?: AccessKeyStatus;
  readonly createDate?: string;
  readonly secretAccessKey?: string;
}

/** An access key of an IAM user. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
export const awsAccessKey: Kind<z.infer<typeof inputs>, Outputs> = {
  type: "aws:AccessKey",
  inputs,
  account: "userName",
  defaults: { status: "Active", keepers: {} },
  chosenByApi: ["userName"],
  // A person who makes a key inactive has a reason that no run knows.
  leftAlone: ["status"],
  replaceOn: ["userName", "keepers"],
  outputs: ["userName", "secretAccessKey", "status", "createDate"],
  secretOutputs: ["secretAccessKey"],
  derived: {
    accessKeyId: { of: ({ id }) => id },
    createdAt: { of: ({ createDate }) => createDate },
  },
  shortcuts: ["accessKeyId", "secretAccessKey"],
  idOutput: "accessKeyId",
  isAdoptable: true,
  isRotatable: true,
  isForEsc: true,
  access: {
    service: "iam",
    methods: [
      "CreateAccessKey",
      "DeleteAccessKey",
      "GetAccessKeyLastUsed",
      "ListAccessKeys",
      "UpdateAccessKey",
    ],
  },

  checkSettings(session) {
    void session.aws;
  },

  async belongsTo(session, id, userName) {
    const keys = await session.aws.listAccessKeys(userName);
    return keys.some(({ AccessKeyId }) => AccessKeyId === id);
  },

  async requireRoom(session, { userName }, isOwn, whose) {
    await session.aws.requireRoom(userName as string | undefined, isOwn, whose);
  },

  async otherKeys(session, { userName }, isKnown) {
    return session.aws.otherKeys(userName as string | undefined, isKnown);
  },

  async create(session, { userName, status = "Active" }) {
    const made = await session.aws.createAccessKey(userName, (id) => session.owners.knows(id));
    const id = made.AccessKeyId;
    const outputs = {
      userName: made.UserName ?? userName,
      secretAccessKey: made.SecretAccessKey,
      status: made.Status,
      createDate: made.CreateDate?.toISOString(),
    };
    if (status !== made.Status) {
      await session.aws.setStatus(outputs.userName, id, status).catch((error: Error) => {
        throw new PartialFailure(
          id,
          outputs,
          `Key ${id} was made and is kept, but is still ${made.Status}. ${error.message}`,
        );
      });
    }
    return { id, outputs: { ...outputs, status } };
  },

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html: IAM is eventually consistent.
  successes: 3,

  async verify(session, id, { userName, status, secretAccessKey }, { verify: asked }) {
    if (secretAccessKey === undefined) return { unclear: "its secret is not known" };
    if (status === "Inactive") return { unclear: "it is inactive" };
    const verification = await session.aws.trials.verifyAccessKey(id, secretAccessKey, regionsOf(asked));
    if (verification === "works") session.aws.requests.offerSuccessor(userName, id, secretAccessKey);
    return verification;
  },

  async read(session, id, { userName, status, createDate }) {
    const found = await session.aws.readAccessKey(userName, id);
    return (
      found && {
        userName: found.UserName ?? userName,
        status: found.Status ?? status,
        createDate: found.CreateDate?.toISOString() ?? createDate,
      }
    );
  },

  async update(session, id, held, { status: wanted = held.status, userName = held.userName }) {
    if (wanted !== undefined && wanted !== held.status) await session.aws.setStatus(userName, id, wanted);
    return { status: wanted, userName };
  },

  async lastUse(session, id, { userName }) {
    return session.aws.lastUse(userName, id);
  },

  async setActive(session, id, { userName }, active) {
    const status = active ? "Active" : "Inactive";
    await session.aws.setStatus(userName, id, status);
    return { status };
  },

  async callerNeeds(session, id, { userName }) {
    return session.aws.requests.callerNeeds(id, userName);
  },

  async delete(session, id, { userName }) {
    await session.aws.deleteAccessKey(userName, id);
  },
};
