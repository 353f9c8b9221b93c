import * as z from "zod";
import { IamKeysError } from "../errors.ts";
import { parseReply } from "./http.ts";

export type AccessKeyStatus = "Active" | "Inactive";

const status = z.enum(["Active", "Inactive"]);

export const createReply = z.object({
  AccessKey: z.object({
    UserName: z.string().optional(),
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    Status: status,
    CreateDate: z.date().optional(),
  }),
});

/** What a reply must hold at least, so that its key can be found again. */
export const createdKeyId = z.object({ AccessKey: z.object({ AccessKeyId: z.string().min(1) }) });

export const listReply = z.object({
  AccessKeyMetadata: z.array(
    z.object({
      UserName: z.string().optional(),
      AccessKeyId: z.string(),
      Status: status,
      CreateDate: z.date().optional(),
    }),
  ),
  IsTruncated: z.boolean().optional(),
  Marker: z.string().optional(),
});

export const usersReply = z.object({
  Users: z.array(z.object({ UserName: z.string().min(1) })),
  IsTruncated: z.boolean().optional(),
  Marker: z.string().optional(),
});

export const lastUsedReply = z.object({
  UserName: z.string().optional(),
  AccessKeyLastUsed: z.object({
    LastUsedDate: z.date().optional(),
    ServiceName: z.string().optional(),
    Region: z.string().optional(),
  }),
});

export type CreatedAccessKey = z.infer<typeof createReply>["AccessKey"];

export type ListedAccessKey = z.infer<typeof listReply>["AccessKeyMetadata"][number];

/** A key, with what is known of it: one that no list shows yet has no status. */
export type FoundAccessKey = Pick<ListedAccessKey, "UserName" | "CreateDate"> &
  Partial<Pick<ListedAccessKey, "Status">>;

/** What is missing in a reply to CreateAccessKey. */
export function unexpected(reply: unknown): IamKeysError {
  try {
    parseReply("CreateAccessKey", createReply, reply);
  } catch (error) {
    if (error instanceof IamKeysError) return error;
  }
  return new IamKeysError("UNEXPECTED_REPLY", "CreateAccessKey answered in an unknown shape.");
}
