// Pages to test, and a browser to open them in. The data are written by the program itself; they are put into the page
// that stands in src/report now, so that a program that was compiled before it can be used.
//
//   STELLIG   the program (default: ../target/debug/stellig)
//   CHROMIUM  the browser (default: /usr/bin/chromium)

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
export const FIXTURE = at("../fixtures/rumour.jsonl");
export const TITLE = "De bankier <script>window.hacked=1</script>";

/** The address of a page of these labels. */
export function pageOf(labels, title = TITLE, folder = mkdtempSync(join(tmpdir(), "stellig-page-"))) {
  const program = process.env.STELLIG ?? at("../../../target/debug/stellig");
  const file = join(folder, "report.html");
  const run = spawnSync(program, ["report", labels, "-o", file, "--title", title], { encoding: "utf8" });
  // 2: some lines were passed over, as the fixture wants.
  if (run.error || ![0, 2].includes(run.status)) throw new Error(`${program} report: ${run.error ?? run.stderr}`);
  // Of no articles no file is written, but a stream is.
  if (!existsSync(file)) writeFileSync(file, spawnSync(program, ["convert", labels, "--format", "report"]).stdout);
  const data = /id="data">([^<]*)<\/script>/.exec(readFileSync(file, "utf8"));
  if (!data) throw new Error("the program wrote a page without data");
  const page = readFileSync(at("../../../src/report/page.html"), "utf8");
  writeFileSync(
    file,
    page.replace("@@STELLIG_DATA@@", () => data[1]),
  );
  return { url: pathToFileURL(file).href, file };
}

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/** A tab that remembers what went wrong in it: errors, violations of the policy, requests. */
export async function tab(browser, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light", ...options });
  const wrong = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error.stack ?? error)));
  page.on("request", (request) => !/^(file|data):/.test(request.url()) && wrong.push(`request: ${request.url()}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return { page, wrong };
}

/** The page of the fixture, ready to be opened in a tab of its own. */
export async function opened() {
  const browser = await launch();
  return { browser, ...(await tab(browser)), url: pageOf(FIXTURE).url };
}

/** A view as the address has it, behind the `#`; a list is a parameter that stands several times. */
export const hashOf = (parameters) =>
  String(
    new URLSearchParams(Object.entries(parameters).flatMap(([key, value]) => [value].flat().map((one) => [key, one]))),
  );

/** Goes to a view and waits until it is drawn and its texts have been read. */
export async function view(page, url, parameters = {}) {
  await page.goto(`${url}#${hashOf(parameters)}`);
  await page.waitForSelector("html[data-ready]");
  await settled(page);
}

/** Until nothing is being read. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector("main")?.textContent?.includes("Reading…"));
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 60))));
}

/** How many articles and sentences the page says are left. */
export const left = async (page) => counts(await page.locator(".count").innerText());

/** The numbers of articles and sentences in what the page says of them. */
export function counts(text) {
  const numbers = text
    .replaceAll(",", (comma, i) => (/\d/.test(text[i + 1] ?? "") ? "" : comma))
    .match(/\d+/g)
    .map(Number);
  return { articles: numbers[0], sentences: text.includes("sentence") ? numbers[2] : null };
}
