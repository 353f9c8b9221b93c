import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { DOCS } from "../../schema/docsIndex.ts";
import { addressOf, PAGES, ROOT } from "../places.ts";
import { CHROMIUM, Site } from "./openSite.ts";

const SCHEMES = ["light", "dark"] as const;
/** Which pages show pictures, and how many. */
const PICTURES = [...PAGES.keys()].flatMap((file) => {
  const shown = readFileSync(`${ROOT}${file}`, "utf8").match(/!\[[^\]]*\]\([^)]+\.svg\)/g) ?? [];
  return shown.length > 0 ? [[file, shown.length] as const] : [];
});

describe("the site in a browser", { skip: CHROMIUM ? false : "there is no Chromium on this machine" }, () => {
  let site: Site;
  before(async () => {
    site = await Site.open(CHROMIUM ?? "");
  });
  after(() => site?.[Symbol.asyncDispose]());

  const urlOf = (path: string) => new URL(addressOf(path).slice(1), site.url).href;

  test("leads by the sidebar from its home to every group", async () => {
    await using opened = await site.page();
    const { page, problems } = opened;
    await page.goto(site.url);
    await page.getByRole("heading", { name: "pulumi-iam-keys", level: 1 }).waitFor();
    for (const { name, pages } of DOCS) {
      const group = page.locator(".VPSidebar section", {
        has: page.getByRole("heading", { name, exact: true }),
      });
      for (const { path, title } of pages) {
        await group.getByRole("link", { name: title, exact: true }).click();
        await page.waitForURL((url) => bare(url.href) === bare(urlOf(path)));
        await page.locator("main h1").first().waitFor();
      }
    }
    assert.deepEqual(problems, []);
  });

  test("finds the page on rotation where somebody searches for overlap", async () => {
    await using opened = await site.page();
    const { page, problems } = opened;
    await page.goto(site.url);
    await page.getByRole("button", { name: "Search" }).first().click();
    await page.getByRole("searchbox").fill("overlap");
    const result = page.locator(".VPLocalSearchBox .result", { hasText: "How rotation works" }).first();
    await result.click();
    await page.waitForURL(/\/docs\/rotation/);
    await page.getByRole("heading", { name: "How rotation works", level: 1 }).waitFor();
    assert.deepEqual(problems, []);
  });

  test("changes from light to dark, pictures too", async () => {
    await using opened = await site.page({ colorScheme: "light", viewport: { width: 1400, height: 900 } });
    const { page, problems } = opened;
    await page.goto(urlOf("docs/rotation.md"));
    const brightness = async () => [
      await brightnessOf(page, page.locator("main h1").first()),
      ...(await Promise.all(
        (await page.locator("main img").all()).map((image) => brightnessOf(page, image)),
      )),
    ];
    for (const each of await brightness()) assert.ok(each > 200, `${each} in light`);
    await page.getByRole("switch").first().click();
    for (const each of await brightness()) assert.ok(each < 80, `${each} in dark`);
    await page.reload();
    assert.ok(
      (await brightness()).every((each) => each < 80),
      "the choice stays",
    );
    assert.deepEqual(problems, []);
  });

  for (const colorScheme of SCHEMES) {
    test(`shows its pictures, ${colorScheme}`, async () => {
      await using opened = await site.page({ colorScheme });
      const { page, problems } = opened;
      for (const [path, count] of PICTURES) {
        await page.goto(urlOf(path));
        const images = await page.locator("main img").all();
        assert.equal(images.length, count, path);
        for (const image of images) {
          const size = await image.evaluate((element: HTMLImageElement) => [
            element.naturalWidth,
            element.width,
          ]);
          assert.ok(
            size.every((each) => each > 200),
            `${path}: ${size}`,
          );
          const light = await brightnessOf(page, image);
          assert.ok(colorScheme === "light" ? light > 200 : light < 80, `${path}: ${light}`);
        }
      }
      assert.ok(PICTURES.length >= 4);
      assert.deepEqual(problems, []);
    });
  }

  test("shows every page without a fault, and none that scrolls sideways, however wide the window", async () => {
    await using opened = await site.page();
    const { page, problems } = opened;
    const wide: string[] = [];
    for (const path of PAGES.keys()) {
      await page.goto(urlOf(path));
      await page.locator("main h1").first().waitFor();
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const needed = await page.evaluate(() => document.documentElement.scrollWidth);
        if (needed > width) wide.push(`${path}: ${needed} of ${width}`);
      }
    }
    assert.deepEqual(wide, []);
    assert.deepEqual(problems, []);
  });

  test("has the languages of an example as tabs", async () => {
    await using opened = await site.page();
    const { page, problems } = opened;
    await page.goto(urlOf("docs/_index.md"));
    const group = page.locator(".vp-code-group").first();
    assert.equal(await group.locator(".tabs label").count(), 6);
    await group.getByText("Python", { exact: true }).click();
    await group.getByText("import pulumi_iam_keys").waitFor();
    assert.deepEqual(problems, []);
  });

  test("gives language models llms.txt, and each page that it names as Markdown", async () => {
    const index = await (await fetch(new URL("llms.txt", site.url))).text();
    const links = [...index.matchAll(/^- \[.*?\]\((\S+)\)/gm)].map(([, link = ""]) => link);
    assert.ok(links.length > 40);
    for (const link of links) {
      const reply = await fetch(new URL(link, site.url));
      assert.equal(reply.status, 200, link);
      assert.match(await reply.text(), /^(#|<!--|---)/, link);
    }
  });
});

/** An address without what a server may leave out. */
function bare(url: string): string {
  return url.replace(/\.html$/, "").replace(/\/(index)?$/, "");
}

/** How bright a part of the page looks, from 0 to 255. */
async function brightnessOf(page: Page, part: Locator): Promise<number> {
  const picture = (await part.screenshot({ animations: "disabled" })).toString("base64");
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    if (!context) throw new Error("this browser draws nothing");
    context.drawImage(image, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  }, picture);
}
