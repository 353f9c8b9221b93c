// Written by `npm run schema`, out of the kinds and their classes.

import { AccessKey as AccessKeyClass } from "./aws/accessKey.ts";
import { RotatingAccessKey as RotatingAccessKeyClass } from "./aws/rotatingAccessKey.ts";
import type { RotatingSinkable, Sinkable } from "./sinks.ts";

export type { AccessKeyArgs, AccessKeyTrialArgs } from "./aws/accessKey.ts";
export type { AccessKeyOutputs, RotatingAccessKeyArgs } from "./aws/rotatingAccessKey.ts";

// An editor shows the comment of a constructor where one is called, and these at every other name.

/** An access key of an AWS IAM user. */
export const AccessKey: Sinkable<
  typeof AccessKeyClass,
  "secretAccessKey",
  "sesSmtpPassword" | "sesSmtpPasswordIn",
  "accessKeyId"
> = AccessKeyClass as never;
export type AccessKey = AccessKeyClass;

/** An access key of an AWS IAM user that is rotated while the previous key keeps working. */
export const RotatingAccessKey: RotatingSinkable<
  typeof RotatingAccessKeyClass,
  import("./aws/rotatingAccessKey.ts").AccessKeyOutputs,
  "secretAccessKey",
  "sesSmtpPassword" | "sesSmtpPasswordIn",
  "accessKeyId"
> = RotatingAccessKeyClass as never;
export type RotatingAccessKey = RotatingAccessKeyClass;
