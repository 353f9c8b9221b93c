import { cpSync, existsSync, globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { PAGES, ROOT } from "./places.ts";

/** Publishes llms.txt, with the Markdown that it links to, beside the pages. */
export function publishMarkdown(folder: string): void {
  for (const file of ["llms.txt", ...PAGES.keys()]) cpSync(path.join(ROOT, file), path.join(folder, file));
}

/** Every link from a page of the site to another one, or to a picture, that leads nowhere. */
export function deadLinks(folder: string, base: string): string[] {
  const pages = globSync("**/*.html", { cwd: folder });
  const texts = new Map(pages.map((page) => [page, readFileSync(path.join(folder, page), "utf8")]));
  const leads = (file: string, anchor: string | undefined) => {
    if (!existsSync(path.join(folder, file))) return false;
    const page = statSync(path.join(folder, file)).isDirectory() ? path.join(file, "index.html") : file;
    return !anchor || texts.get(path.normalize(page))?.includes(` id="${decodeURIComponent(anchor)}"`);
  };
  const dead: string[] = [];
  for (const [page, text] of texts)
    for (const [, link = ""] of text.matchAll(/<(?:a|img)\b[^>]*? (?:href|src)="([^"]*)"/g)) {
      if (/^[a-z]+:/.test(link) || link === "") continue;
      const [file = "", anchor] = link.split("#");
      const isOfSite = file === "" || file.startsWith(base);
      if (!isOfSite || !leads(file === "" ? page : file.slice(base.length), anchor))
        dead.push(`${page}: ${link}`);
    }
  return dead;
}
