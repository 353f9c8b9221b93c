import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import manifest from "../../package.json" with { type: "json" };
import { deadLinks, publishMarkdown } from "../afterBuild.ts";
import { anchorOf } from "../anchorOf.ts";
import { readRepositoryPages } from "../markdown.ts";
import { BASE, PAGES, REPOSITORY, ROOT } from "../places.ts";
import { nav, sidebar } from "../sidebar.ts";

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><text y="85" font-size="90">🔑</text></svg>`;

const HERE = fileURLToPath(import.meta.url);
const PAGE = /\.md(\?|$)/;

/** The site is the pages of the repository as they are; nothing of them is written twice. */
export default defineConfig({
  base: BASE,
  title: manifest.name,
  description: manifest.description,
  lang: "en",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  srcDir: ROOT,
  srcExclude: otherPages(),
  outDir: "dist",
  rewrites: (page) => page.replace(/README\.md$/, "index.md"),
  markdown: {
    anchor: { slugify: anchorOf },
    config: readRepositoryPages,
  },
  vite: {
    plugins: [
      {
        name: "vue-of-the-site",
        enforce: "pre",
        // The pages are above the folder in which Vue is installed.
        resolveId(id, importer) {
          const isOfPage = importer !== undefined && PAGE.test(importer);
          return isOfPage && /^vue\b/.test(id) ? this.resolve(id, HERE, { skipSelf: true }) : undefined;
        },
      },
    ],
  },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: REPOSITORY }],
  },
  transformPageData(page) {
    page.description = PAGES.get(page.filePath) ?? "";
    // The layout of the Pulumi Registry is none of VitePress.
    if (page.frontmatter.layout === "package") page.frontmatter.layout = "doc";
  },
  buildEnd({ outDir }) {
    publishMarkdown(outDir);
    const dead = deadLinks(outDir, BASE);
    if (dead.length > 0) throw new Error(`Links that lead nowhere:\n${dead.join("\n")}`);
  },
});

/** The Markdown of the repository that is no page of the site. */
function otherPages(): string[] {
  const isElsewhere = (name: string) => ["node_modules", ".git", "dist"].includes(name);
  const all = globSync("**/*.md", { cwd: ROOT, exclude: isElsewhere });
  return [...all.filter((file) => !PAGES.has(file)), "**/dist/**"];
}
