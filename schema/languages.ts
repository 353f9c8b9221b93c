/** Pulumi's languages, by the names that it has for them. */
export const LANGUAGES = {
  typescript: "TypeScript",
  python: "Python",
  go: "Go",
  csharp: "C#",
  java: "Java",
  yaml: "YAML",
} as const;
