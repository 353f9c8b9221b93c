import { LANGUAGES, type Language } from "../languages.ts";
import { GITLAB_FILE } from "./gitlabJob.ts";
import { LANGUAGE_SETUPS } from "./languageSetup.ts";
import { OPERATOR_STACK } from "./operatorStack.ts";
import { handsToFiles, hasKeyOfItsOwn, type Plan } from "./plan.ts";
import { RUNS_KEY_FILE } from "./program.ts";
import { SYSTEMD_SERVICE, SYSTEMD_TIMER } from "./systemdUnits.ts";

/** What a person types next, a line each. */
export function nextSteps(plan: Plan): string[] {
  const { folder, stack, kind, language } = plan;
  const { once, install } = LANGUAGE_SETUPS[language];
  const cloud = kind.startsWith("aws:") ? "AWS" : "Yandex Cloud";
  return [
    ...(folder === "." ? [] : [`cd ${shellWord(folder)}`]),
    "npm install",
    ...once,
    ...install,
    ...(hasKeyOfItsOwn(plan)
      ? [`(umask 077 && yc iam key create --service-account-name key-rotation --output ${RUNS_KEY_FILE})`]
      : [`# credentials of ${cloud} into the environment: docs/credentials.md`]),
    `pulumi stack init ${stack}`,
    "pulumi up",
    `npx iam-keys rotate --stack ${stack}`,
  ];
}

/** What the pipeline needs beside its file. */
export function pipelineNeeds(plan: Pick<Plan, "pipeline" | "language" | "kind">): string[] {
  const { pipeline, language } = plan;
  return [
    ...NEEDS[pipeline],
    ...(language === "java" && pipeline === "operator" ? [JAVA_IN_OPERATOR] : []),
    ...(language !== "typescript" && pipeline === "systemd" ? [installedForUser(language)] : []),
    ...(hasKeyOfItsOwn(plan) && !handsToFiles(plan) ? [OWN_KEY_STAYS] : []),
  ];
}

const JAVA_IN_OPERATOR =
  "The operator only runs `pulumi install`: its image needs the SDK in its Maven repository (mvn --file sdk-java/pom.xml install).";

const OWN_KEY_STAYS = `The program does not rotate ${RUNS_KEY_FILE}, the key of the runs: only one in TypeScript writes files. Replace it yourself, or see docs/credentials.md for runs without a key.`;

function installedForUser(language: Language): string {
  const commands = LANGUAGE_SETUPS[language].install.join(" && ");
  return `The machine needs Node.js, the Pulumi CLI and what ${LANGUAGES[language]} needs. In that folder, run as the user of the service, with its HOME and PULUMI_HOME: ${commands}`;
}

const COMMIT = "Commit all of it, with package-lock.json and the settings of the stack.";

const NEEDS: Readonly<Record<Plan["pipeline"], string[]>> = {
  github: [
    COMMIT,
    "The workflow reads variables of the repository: YC_SERVICE_ACCOUNT_ID or AWS_ROLE_ARN and AWS_REGION, and PULUMI_BACKEND_URL.",
    "The clouds take the OIDC token of its environment key-rotation: allow that environment only the main branch.",
  ],
  gitlab: [
    COMMIT,
    `Include ${GITLAB_FILE} from .gitlab-ci.yml, put the digest of the image into it, and make a pipeline schedule that runs hourly.`,
    "The job reads variables of the project: YC_SERVICE_ACCOUNT_ID or AWS_ROLE_ARN and AWS_REGION, and PULUMI_BACKEND_URL.",
  ],
  operator: [
    COMMIT,
    `${OPERATOR_STACK} has names to replace by yours: the repository, the bucket of the state, the role and the service account of the run.`,
    `Then: kubectl apply -f ${OPERATOR_STACK}`,
  ],
  systemd: [
    `Copy ${SYSTEMD_SERVICE} and ${SYSTEMD_TIMER} to /etc/systemd/system, and the folder to where the service says.`,
    `Then: systemctl enable --now ${SYSTEMD_TIMER}`,
  ],
  none: ["A schedule that runs the last line once an hour rotates the keys."],
};

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
