/** Pulumi's languages, by the names that it has for them. */
export const LANGUAGES = {
  typescript: "TypeScript",
  python: "Python",
  go: "Go",
  csharp: "C#",
  java: "Java",
  yaml: "YAML",
} as const;

/** The name that Pulumi has for a language. */
export type Language = keyof typeof LANGUAGES;

/** A language whose programs use the plugin: the npm package is only for TypeScript. */
export type PluginLanguage = Exclude<Language, "typescript">;
