/** A page of the documentation: its path from the root of the repository, and what a reader finds there. */
interface Page {
  readonly path: string;
  readonly title: string;
  /** One plain sentence. */
  readonly line: string;
}

interface Group {
  readonly name: string;
  readonly pages: readonly Page[];
}

/** The page that lists all resources; their own pages are in the same folder, and the site lists them below it. */
export const RESOURCES = "docs/reference/README.md";

/**
 * Every page of the documentation, once, under the group in which a reader looks for it. docs/README.md, the list in
 * README.md, llms.txt and the sidebar of the site are made of this. A new page needs a line here, and `npm run schema`.
 */
export const DOCS: readonly Group[] = [
  {
    name: "Tutorial",
    pages: [
      {
        path: "docs/tutorial.md",
        title: "Your first key, in 5 minutes",
        line: "From nothing to a key that rotates, in TypeScript.",
      },
      {
        path: "docs/_index.md",
        title: "Your first key, in any language",
        line: "The same key through the plugin: TypeScript, Python, Go, C#, Java and YAML.",
      },
      {
        path: "docs/pipelines.md",
        title: "Your first pipeline, in 15 minutes",
        line: "Rotate on a schedule: the steps, what a run does, and what to do in an emergency.",
      },
    ],
  },
  {
    name: "Guides",
    pages: [
      {
        path: "docs/rotation.md",
        title: "How rotation works",
        line: "When a key is due, how long the previous key keeps working, and how to rotate at once or go back.",
      },
      {
        path: "examples/pipeline/ready/README.md",
        title: "Ready-made schedules",
        line: "Files for GitHub Actions, GitLab CI, the Pulumi Kubernetes Operator and systemd.",
      },
      {
        path: "docs/adopt.md",
        title: "Adopt existing keys",
        line: "Take over a key that a person or another tool made, while it keeps working.",
      },
      {
        path: "docs/leaks.md",
        title: "Respond to a leak",
        line: "From the event to the key that is gone, step by step.",
      },
      {
        path: "docs/secret-destinations.md",
        title: "Keep secrets out of the state",
        line: "Encrypt a secret to a key of yours, or send it to Lockbox or AWS Secrets Manager.",
      },
      {
        path: "docs/languages.md",
        title: "Languages and several accounts",
        line: "The plugin for Python, Go, C#, Java and YAML, with explicit providers and `pulumi import`.",
      },
      {
        path: "docs/esc.md",
        title: "Pulumi ESC",
        line: "Rotate keys that an ESC environment keeps, without a stack.",
      },
      {
        path: "docs/policy.md",
        title: "Policies",
        line: "Find keys that are too old or never rotated, by a command or a policy pack.",
      },
      {
        path: "docs/testing.md",
        title: "Unit tests",
        line: "Test a program with Pulumi's mocks, or against the local stand-in for the clouds.",
      },
      {
        path: "docs/troubleshooting.md",
        title: "Troubleshooting",
        line: "Each failure of a run, and the command that helps.",
      },
    ],
  },
  {
    name: "Reference",
    pages: [
      {
        path: RESOURCES,
        title: "Resources",
        line: "Each resource with its arguments, outputs, permissions, errors and examples.",
      },
      {
        path: "docs/credentials.md",
        title: "Provider configuration",
        line: "Which credentials a run uses, and where it sends its requests.",
      },
      {
        path: "docs/installation-configuration.md",
        title: "Plugin installation and settings",
        line: "How to install the plugin in each language, and every `iam-keys:` setting.",
      },
      {
        path: "docs/commands.md",
        title: "Commands and exit codes",
        line: "Every command of `iam-keys` with its options and exit codes.",
      },
      {
        path: "docs/reference/errors.md",
        title: "Error codes",
        line: "Every code that an error can carry, and what to do about it.",
      },
      {
        path: "docs/reference/permissions.md",
        title: "Permissions",
        line: "The role of Yandex Cloud, or the actions of AWS, that each resource needs.",
      },
      {
        path: "docs/status.md",
        title: "iam-keys status",
        line: "Each key's age, due date and last use, for people and for monitoring.",
      },
      {
        path: "docs/scan.md",
        title: "iam-keys scan",
        line: "Every key of an account, whoever made it, and whose it is.",
      },
      {
        path: "docs/sweep.md",
        title: "iam-keys sweep",
        line: "Delete keys that carry a resource's name and are in no state.",
      },
      {
        path: "docs/audit-log.md",
        title: "Audit log",
        line: "The events of each key as lines of JSON, as a signed webhook and as spans.",
      },
      {
        path: "CHANGELOG.md",
        title: "Changelog",
        line: "What each version changes.",
      },
    ],
  },
  {
    name: "Internals",
    pages: [
      {
        path: "DESIGN.md",
        title: "Design",
        line: "How the source is laid out, and why.",
      },
      {
        path: "SECURITY.md",
        title: "Security",
        line: "How to report a vulnerability, what is stored where, and the least privileges.",
      },
      {
        path: "docs/threat-model.md",
        title: "Threat model",
        line: "What stops each kind of attacker, and what nothing stops.",
      },
      {
        path: "docs/faults.md",
        title: "Fault injection",
        line: "What happens to keys when a run fails or is killed at any point.",
      },
      {
        path: "docs/performance.md",
        title: "Performance",
        line: "What keys cost in time and memory, measured against empty resources.",
      },
      {
        path: "docs/comparison.md",
        title: "Comparison",
        line: "How ESC, Vault, Infisical, Terraform and @pulumi/aws rotate keys, with sources.",
      },
      {
        path: "docs/dependencies.md",
        title: "Dependencies",
        line: "Each dependency with its reason.",
      },
      {
        path: "CONTRIBUTING.md",
        title: "Contributing",
        line: "How to build, test and add a kind of key.",
      },
      {
        path: "local/iam/README.md",
        title: "The local stand-in for the clouds",
        line: "A server that behaves as the IAM of Yandex Cloud and AWS, for tests on one machine.",
      },
    ],
  },
];
