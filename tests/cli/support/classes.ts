import * as dynamic from "pulumi-iam-keys";
import { native } from "../../matrix/program/native.ts";

/** The classes of a program by the door that is tried: those of the dynamic resources, or the plugin's. */
export const { aws, yandex } = process.env.IAM_KEYS_DOOR === "native" ? native : dynamic;
