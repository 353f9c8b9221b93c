import { z } from "zod";
import type { AccessKeyStatus } from "../api/awsIam.ts";
import { PartialFailure } from "../errors.ts";
import { keepers } from "./fields.ts";
import type { Kind } from "./kind.ts";

const inputs = z.strictObject({
  userName: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\w+=,.@-]+$/, { error: "must consist of letters, digits and _+=,.@- alone" })
    .optional(),
  status: z.enum(["Active", "Inactive"]).optional(),
  keepers: keepers.optional(),
});

interface Outputs extends Record<string, unknown> {
  readonly userName?: string;
  readonly status?: AccessKeyStatus;
}

/** An access key of an IAM user. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
export const awsAccessKey: Kind<z.infer<typeof inputs>, Outputs> = {
  type: "aws:AccessKey",
  inputs,
  defaults: { status: "Active", keepers: {} },
  replaceOn: ["userName", "keepers"],
  secretOutputs: ["secretAccessKey"],

  checkSettings(session) {
    void session.aws;
  },

  async create(session, { userName, status = "Active" }) {
    const made = await session.aws.createAccessKey(userName);
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

  async read(session, id, { userName }) {
    const found = (await session.aws.listAccessKeys(userName)).find((key) => key.AccessKeyId === id);
    return found && { status: found.Status };
  },

  async update(session, id, { userName, status: current }, { status: wanted = "Active" }) {
    if (wanted !== current) await session.aws.setStatus(userName, id, wanted);
    return { status: wanted };
  },

  async delete(session, id, { userName }) {
    await session.aws.deleteAccessKey(userName, id);
  },
};
