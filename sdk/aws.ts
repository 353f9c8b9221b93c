export { AccessKey, type AccessKeyArgs } from "./aws/accessKey.ts";
export {
  type AccessKeyOutputs,
  RotatingAccessKey,
  type RotatingAccessKeyArgs,
} from "./aws/rotatingAccessKey.ts";
