import { readdir, readFile } from "node:fs/promises";

/** Which of a run's processes one is. */
type Role = "engine" | "reaper" | "program" | "provider";

export interface RunProcess {
  readonly pid: number;
  readonly role: Role;
}

/** Whether the processes of a run can be found here. */
export const canFindProcesses = process.platform === "linux";

/** The processes whose environment holds this text: those of one run, and of no other. */
export async function processesWith(mark: string): Promise<RunProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [environment, command] = await Promise.all(
        ["environ", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      return environment?.includes(mark) && command ? [{ pid, role: roleOf(command) }] : [];
    }),
  );
  return found.flat();
}

/** Ends them at once, with no chance to say anything. */
export function kill(processes: readonly RunProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

function roleOf(command: string): Role {
  if (/dynamic-provider|pulumi-resource-|bundle\/main\.js/.test(command)) return "provider";
  if (command.includes("reaper.ts")) return "reaper";
  return /cmd\/run\b|pulumi-language-|nodejsHost|@pulumi\/pulumi/.test(command) ? "program" : "engine";
}
