import { homedir } from "node:os";
import { join } from "node:path";

/** Where the CLI keeps what belongs to the user rather than to a backend. */
export function homeFolder(env: NodeJS.ProcessEnv): string {
  return env.PULUMI_HOME === undefined || env.PULUMI_HOME === ""
    ? join(homedir(), ".pulumi")
    : env.PULUMI_HOME;
}
