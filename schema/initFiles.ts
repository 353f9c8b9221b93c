import { DEFAULTS, LANGUAGE_NAMES } from "../cli/init/answers.ts";
import { filesOf } from "../cli/init/files.ts";
import { gitlabComponent } from "../cli/init/gitlabJob.ts";
import { LANGUAGE_SETUPS } from "../cli/init/languageSetup.ts";
import type { Plan } from "../cli/init/plan.ts";
import { projectFile } from "../cli/init/projectFiles.ts";
import { fromTemplate } from "../cli/init/templates.ts";
import { yandexStaticAccessKey } from "../provider/kinds/yandexStaticAccessKey.ts";
import { initTemplates } from "./initTemplates.ts";

const EXAMPLE = "examples/pipeline";

/** The folder of `examples/pipeline/ready` in which the files of a pipeline stand. */
const READY = { github: "github", gitlab: "gitlab", operator: "kubernetes", systemd: "systemd" } as const;

/** Those of an example's files that are its own: its package stands in this repository. */
const OWN = /^(package\.json|Pulumi\.\w+\.yaml|consumers\/.*|rotate-keys\..*)$/;

/** What `iam-keys init` writes, as examples and as a component of GitLab. */
export async function initFiles(): Promise<[path: string, text: string][]> {
  const program = await filesOf(plan("systemd", "iam-keys-pipeline", "."));
  return [
    ...program
      .filter(({ path }) => !OWN.test(path))
      .map(({ path, text }): [string, string] => [`${EXAMPLE}/${path}`, text]),
    ...(await Promise.all(Object.entries(READY).map(readyFiles))).flat(),
    ...quickstarts(),
    ["templates/rotate/template.yml", gitlabComponent()],
  ];
}

/** The programs in the languages of the plugin; `init` copies what else these examples have. */
function quickstarts(): [string, string][] {
  return LANGUAGE_NAMES.flatMap((language) => {
    if (language === "typescript") return [];
    const quickstart = { ...plan("none", `iam-keys-${language}`, "."), language };
    const text =
      language === "yaml" ? projectFile(quickstart) : fromTemplate(initTemplates(), quickstart, language);
    return [[`examples/languages/${language}/${LANGUAGE_SETUPS[language].program}`, text]];
  });
}

/** The files that are written only for a pipeline. */
async function readyFiles([pipeline, folder]: [string, string]): Promise<[string, string][]> {
  const without = new Set((await filesOf(plan("none", "keys", "keys"))).map(({ path }) => path));
  const all = await filesOf(plan(pipeline as Plan["pipeline"], "keys", "keys"));
  return all
    .filter(({ path }) => !without.has(path) && !path.includes("/consumers/"))
    .map(({ path, text }) => [`${EXAMPLE}/ready/${folder}/${path.split("/").at(-1)}`, text]);
}

function plan(pipeline: Plan["pipeline"], project: string, folder: string): Plan {
  return {
    ...DEFAULTS,
    account: "ajeabc1d2e3f4g5h6i7j",
    pipeline,
    project,
    folder,
    facts: yandexStaticAccessKey,
  };
}
