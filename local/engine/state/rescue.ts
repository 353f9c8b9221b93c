import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentJson } from "../../../stack/files/deploymentJson.ts";
import { messageOf } from "../failure.ts";
import type { Project } from "../project/projectFile.ts";
import { writeFileAtomically } from "./atomicFile.ts";

/** Writes a state that could not be written where it belongs beside the project, or else into the temporary folder. */
export async function rescueState(
  { root }: Pick<Project, "root">,
  stack: string,
  deployment: DeploymentJson,
): Promise<string> {
  const content = `${JSON.stringify({ version: 3, deployment }, null, 4)}\n`;
  const problems: string[] = [];
  for (const folder of [root, tmpdir()]) {
    const path = join(folder, `${stack}.unsaved-${Date.now()}.json`);
    try {
      await writeFileAtomically(path, content);
      return (
        `The state as this run left it is in ${path} instead. Make room for the state file, then run ` +
        `\`pulumi stack import --file ${path}\`.`
      );
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const ids = (deployment.resources ?? []).flatMap(({ urn, id }) =>
    id === undefined ? [] : [`  ${urn}: ${id}`],
  );
  return `Nor could it be written elsewhere (${problems.join("; ")}). The resources are now:\n${ids.join("\n")}`;
}
