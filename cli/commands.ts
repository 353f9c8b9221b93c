import { checkCommand } from "./check/command.ts";
import type { Command } from "./command.ts";
import { escRotatorCommand } from "./escRotator/command.ts";
import { initCommand } from "./init/command.ts";
import { leakWebhookCommand } from "./leakWebhook/command.ts";
import { rotateCommand } from "./rotate/command.ts";
import { scanCommand } from "./scan/command.ts";
import { simulateCommand } from "./simulate/command.ts";
import { statusCommand } from "./status/command.ts";
import { sweepCommand } from "./sweep/command.ts";

/** Every command, in the order in which the usage lists them. */
export const COMMANDS: readonly Command[] = [
  initCommand,
  rotateCommand,
  statusCommand,
  sweepCommand,
  scanCommand,
  checkCommand,
  simulateCommand,
  leakWebhookCommand,
  escRotatorCommand,
];
