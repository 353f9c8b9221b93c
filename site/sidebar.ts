import { posix } from "node:path";
import type { DefaultTheme } from "vitepress";
import { DOCS, RESOURCES } from "../schema/docsIndex.ts";
import { addressOf, RESOURCE_PAGES } from "./places.ts";

export const sidebar: DefaultTheme.SidebarItem[] = [
  { text: "Overview", link: addressOf("README.md") },
  { text: "All pages", link: addressOf("docs/README.md") },
  ...DOCS.map(({ name, pages }) => ({
    text: name,
    items: pages.map(({ path, title }) => ({
      text: title,
      link: addressOf(path),
      ...(path === RESOURCES ? { items: resources(), collapsed: true } : {}),
    })),
  })),
];

function resources(): DefaultTheme.SidebarItem[] {
  return RESOURCE_PAGES.map((path) => ({ text: posix.basename(path, ".md"), link: addressOf(path) }));
}

/** The bar at the top: the first page of each group. */
export const nav: DefaultTheme.NavItem[] = DOCS.map(({ name, pages: [first] }) => ({
  text: name,
  link: first ? addressOf(first.path) : "/",
}));
