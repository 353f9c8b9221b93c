import type { Language } from "../languages.ts";
import { LANGUAGE_SETUPS } from "./languageSetup.ts";
import type { Plan } from "./plan.ts";
import { yamlText } from "./yamlText.ts";

export const GITHUB_WORKFLOW = ".github/workflows/rotate-keys.yml";

/** The workflow of GitHub Actions. Whatever it uses is pinned by the hash of a commit: a tag can be moved to other code. */
export function githubWorkflow({
  stack,
  folder,
  language,
}: Pick<Plan, "stack" | "folder" | "language">): string {
  const { install } = LANGUAGE_SETUPS[language];
  return `# ${GITHUB_WORKFLOW}: rotates the keys of the stack ${stack}.
name: Rotate keys

on:
  schedule:
    - cron: "17 * * * *"
  workflow_dispatch:
    inputs:
      rotateNow:
        description: "Emergency: <word>:<names>, such as incident-42:* or incident-42:uploads,ci-*; empty: what is due"
        type: string
        required: false
        default: ""

# No job has a permission that it does not name.
permissions: {}

# One run at a time. A run that has begun is never cancelled: a later one waits. Orders have a group of their own, because
# GitHub keeps only one run waiting, and drops it for the next. The lock of the stack makes the two wait for each other.
concurrency:
  group: rotate-keys-${stack}-\${{ inputs.rotateNow || 'schedule' }}
  cancel-in-progress: false

jobs:
  rotate:
    runs-on: ubuntu-24.04
    timeout-minutes: 50
    environment: key-rotation
    permissions:
      contents: read
      # For the OIDC token that both clouds take in place of a key.
      id-token: write
    env:
      # Variables of the repository, or of the environment key-rotation; none of them is a secret.
      YC_FEDERATED_SERVICE_ACCOUNT_ID: \${{ vars.YC_SERVICE_ACCOUNT_ID }}
      PULUMI_BACKEND_URL: \${{ vars.PULUMI_BACKEND_URL }}
      PULUMI_SKIP_UPDATE_CHECK: "true"
    defaults:
      run:
        working-directory: ${yamlText(folder)}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 24
          package-manager-cache: false
${setupStep(language)}      # Installs the CLI and runs nothing.
      - uses: pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0
      # For keys of AWS, and where the state is in S3 and encrypted by KMS.
      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
        if: vars.AWS_ROLE_ARN != ''
        with:
          role-to-assume: \${{ vars.AWS_ROLE_ARN }}
          aws-region: \${{ vars.AWS_REGION }}
      - run: npm ci --ignore-scripts
${install.map((command) => `      - run: ${command}\n`).join("")}      # The order reaches the program as a variable: what somebody types is never a part of a command.
      - run: npx --no iam-keys rotate --stack ${stack}
        env:
          IAM_KEYS_ROTATE_NOW: \${{ inputs.rotateNow }}
`;
}

/** Installs the language of the program; that of the command is installed in any case. */
function setupStep(language: Language): string {
  const step = LANGUAGE_SETUPS[language].githubStep;
  if (!step) return "";
  const inputs = Object.entries(step.with).map(([name, value]) => `          ${name}: ${value}\n`);
  return `      - uses: ${step.uses}\n        with:\n${inputs.join("")}`;
}
