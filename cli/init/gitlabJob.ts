import type { Language } from "../languages.ts";
import { LANGUAGE_SETUPS } from "./languageSetup.ts";
import { PLAIN_FOLDER } from "./place.ts";
import type { Plan } from "./plan.ts";
import { yamlText } from "./yamlText.ts";

export const GITLAB_FILE = "rotate-keys.gitlab-ci.yml";

/** What the job is made for; in the component, where GitLab puts the values in, each is one of its inputs. */
interface JobValues extends Pick<Plan, "stack" | "folder" | "language"> {
  readonly name: string;
  readonly stage: string;
  readonly image: string;
}

/** The file that a .gitlab-ci.yml includes. */
export function gitlabFile({ stack, folder, language }: Pick<Plan, "stack" | "folder" | "language">): string {
  const name = imageFor(language);
  const image = `${name}@sha256:${"0".repeat(64)}`;
  return `# Include it from .gitlab-ci.yml (include: { local: ${GITLAB_FILE} }), and give the project a pipeline
# schedule that runs hourly. The zeros are to be replaced by the digest that this prints:
# docker buildx imagetools inspect ${name}

variables:
  IAM_KEYS_ROTATE_NOW:
    value: ""
    description: "Emergency: <word>:<names>, such as incident-42:* or incident-42:uploads,ci-*; empty: what is due"

${gitlabJob({ name: "rotate-keys", stage: "test", image, stack, folder, language })}`;
}

/** The image with all languages is far larger than the one that has what the command itself needs. */
function imageFor(language: Language): string {
  const needsNodeAlone = language === "typescript" || language === "yaml";
  return needsNodeAlone ? "pulumi/pulumi-nodejs-24:latest" : "pulumi/pulumi:latest";
}

/** The CI/CD component, for programs in TypeScript. What an input may hold is limited, so that none can become a command. */
export function gitlabComponent(): string {
  const input = (name: string) => `$[[ inputs.${name} ]]`;
  const job = gitlabJob({
    name: `rotate-keys-${input("stack")}`,
    stage: input("stage"),
    image: input("image"),
    stack: input("stack"),
    folder: input("folder"),
    language: "typescript",
  });
  return `# Written by \`npm run schema\`, out of cli/init/gitlabJob.ts, as the job that \`iam-keys init\` writes.
spec:
  inputs:
    stack:
      description: The stack whose keys are rotated
      regex: ^[A-Za-z0-9_][A-Za-z0-9_.-]*$
    folder:
      description: The folder of its program, from the root of the repository
      default: "."
      regex: ${PLAIN_FOLDER.source}
    image:
      description: An image with Node.js and the Pulumi CLI, pinned by its digest, such as pulumi/pulumi-nodejs-24@sha256:…
      regex: ^[A-Za-z0-9_./:-]+@sha256:[0-9a-f]+$
    stage:
      description: The stage of the job
      default: test
---
${job}`;
}

function gitlabJob({ name, stage, image, stack, folder, language }: JobValues): string {
  const commands = ["npm ci --ignore-scripts", ...LANGUAGE_SETUPS[language].install];
  return `${yamlText(name)}:
  stage: ${yamlText(stage)}
  image:
    name: ${image}
    entrypoint: [""]
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    - if: $CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    # What a webhook about leaks starts.
    - if: $CI_PIPELINE_SOURCE == "trigger" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # One run at a time, and none is cut off by a newer pipeline.
  resource_group: rotate-keys-${stack}
  interruptible: false
  timeout: 50 minutes
  # Safe to run again, or the network was away: run again; what needs a person is not.
  retry:
    max: 1
    exit_codes: [1, 4]
  # What the clouds take in place of a key: each one of its own audience, so that neither can show it to the other.
  # They are what the federation in Yandex Cloud and the identity provider in AWS are told to expect.
  id_tokens:
    YANDEX_TOKEN:
      aud: yandex-cloud
    AWS_TOKEN:
      aud: sts.amazonaws.com
  variables:
    # YC_SERVICE_ACCOUNT_ID, AWS_ROLE_ARN, AWS_REGION and PULUMI_BACKEND_URL are variables of the project; none of
    # them is a secret.
    YC_FEDERATED_SERVICE_ACCOUNT_ID: $YC_SERVICE_ACCOUNT_ID
    YC_OIDC_TOKEN_VARIABLE: YANDEX_TOKEN
    AWS_WEB_IDENTITY_TOKEN_FILE: $CI_PROJECT_DIR/.aws-token
    PULUMI_SKIP_UPDATE_CHECK: "true"
  script:
    - (umask 077 && printf '%s' "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE")
    - cd ${folder}
${commands.map((command) => `    - ${command}\n`).join("")}    # The order reaches the program as a variable: what somebody types is never a part of a command.
    - npx --no iam-keys rotate --stack ${stack} --summary "$CI_PROJECT_DIR/summary.md" --report "$CI_PROJECT_DIR/report.json"
  after_script:
    - rm -f "$AWS_WEB_IDENTITY_TOKEN_FILE"
  artifacts:
    when: always
    expire_in: 90 days
    paths:
      - summary.md
      - report.json
`;
}
