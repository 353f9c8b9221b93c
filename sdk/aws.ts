import { AccessKey as AccessKeyClass } from "./aws/accessKey.ts";
import {
  type AccessKeyOutputs,
  RotatingAccessKey as RotatingAccessKeyClass,
} from "./aws/rotatingAccessKey.ts";
import type { RotatingSinkable, Sinkable } from "./sinks.ts";

export type { AccessKeyArgs, AccessKeyTrialArgs } from "./aws/accessKey.ts";
export type { AccessKeyOutputs, RotatingAccessKeyArgs } from "./aws/rotatingAccessKey.ts";

type SmtpPassword = "sesSmtpPassword" | "sesSmtpPasswordIn";

/** An access key of an AWS IAM user. */
export const AccessKey: Sinkable<typeof AccessKeyClass, "secretAccessKey", SmtpPassword, "accessKeyId"> =
  AccessKeyClass as never;
export type AccessKey = AccessKeyClass;

/** An access key of an AWS IAM user that is rotated while the one before it goes on working. */
export const RotatingAccessKey: RotatingSinkable<
  typeof RotatingAccessKeyClass,
  AccessKeyOutputs,
  "secretAccessKey",
  SmtpPassword,
  "accessKeyId"
> = RotatingAccessKeyClass as never;
export type RotatingAccessKey = RotatingAccessKeyClass;
