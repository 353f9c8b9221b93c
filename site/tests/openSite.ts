import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { serve } from "vitepress";
import { BASE } from "../places.ts";

const USUAL_PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of this machine; one that CHROMIUM names has to be there. */
export const CHROMIUM = process.env.CHROMIUM ?? USUAL_PLACES.find((file) => existsSync(file));

/** A page, with all that went wrong on it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** The built site, served on this machine, in a browser. */
export class Site implements AsyncDisposable {
  readonly url: string;
  readonly #browser: Browser;
  readonly #stop: () => void;

  private constructor(url: string, browser: Browser, stop: () => void) {
    this.url = url;
    this.#browser = browser;
    this.#stop = stop;
  }

  static async open(executablePath: string): Promise<Site> {
    const { server } = await serve({ root: path.join(import.meta.dirname, ".."), base: BASE, port: 0 });
    if (!server) throw new Error("nothing serves the site");
    if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const stop = () => void server.close();
    try {
      const browser = await chromium.launch({ executablePath });
      return new Site(`http://localhost:${port}${BASE}`, browser, stop);
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** A page of its own in a new window, which has seen nothing yet. */
  async page(options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("requestfailed", (request) => {
      // A page that is left needs nothing any more.
      if (request.failure()?.errorText !== "net::ERR_ABORTED") problems.push(`${request.url()} failed`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) problems.push(`${response.url()}: ${response.status()}`);
    });
    page.on("request", (request) => {
      const isOwn = request.url().startsWith(this.url) || request.url().startsWith("data:");
      if (!isOwn) problems.push(`asks ${request.url()}`);
    });
    return { page, problems, [Symbol.asyncDispose]: () => context.close() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    this.#stop();
  }
}
