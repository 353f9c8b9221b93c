import "../provider/supportedNode.ts";

export type { AdoptArgs } from "./adoption.ts";
export * as aws from "./aws.ts";
export type {
  CredentialArgs,
  OverlapArgs,
  RetirementPolicy,
  RotationPolicy,
  RotationWindow,
  TrialArgs,
  VerifyArgs,
} from "./rotation.ts";
export type { EncryptedArgs, EncryptTo, LockboxArgs, SecretsManagerArgs } from "./sinks.ts";
export * as yandex from "./yandex.ts";
