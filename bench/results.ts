import { writeFile } from "node:fs/promises";
import { cpus, release, type } from "node:os";
import type { Row } from "./row.ts";

/** What `--json` writes. */
export interface Results {
  readonly date: string;
  /** "2 × Intel Xeon, Linux 6.18, Node 24.21". */
  readonly machine: string;
  readonly cli: string;
  /** What was asked for beside `npm run bench`. */
  readonly options: readonly string[];
  readonly minutes: number;
  readonly rows: readonly Row[];
}

export function machine(): string {
  const [cpu] = cpus();
  const [system] = /^\d+\.\d+/.exec(release()) ?? [release()];
  return `${cpus().length} × ${cpu?.model.trim()}, ${type()} ${system}, Node ${process.versions.node}`;
}

export async function writeResults(file: string, results: Results): Promise<void> {
  await writeFile(file, `${JSON.stringify(results, undefined, 1)}\n`);
}
