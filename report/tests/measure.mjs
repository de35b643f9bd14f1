// Measures the page with 10,000 articles and prints what it finds. Nothing is asserted: times are the machine's.
//   npm run measure [-- ARTICLES]

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, pageOf, settled, tab } from "./e2e/page.mjs";
import { writeMany } from "./fixtures/many.mjs";

const count = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "stellig-many-"));
const labels = join(folder, "many.jsonl");
await writeMany(labels, count);
const { url, file } = pageOf(labels, "Many", folder);
const size = (path) => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
console.log(`articles ${count}; labels ${size(labels)}; page ${size(file)}`);

const browser = await launch();
const { page, wrong } = await tab(browser);
const session = await page.context().newCDPSession(page);
const heap = async () => {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
  return `${(usedSize / 1e6).toFixed(1)} MB, and ${((backingStorageSize ?? 0) / 1e6).toFixed(1)} MB in typed arrays`;
};
const timed = async (name, work) => {
  const start = performance.now();
  await work();
  console.log(`${name}: ${Math.round(performance.now() - start)} ms`);
};

await page.goto(url);
await page.waitForSelector("html[data-ready]");
await settled(page);
const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
const ready = await page.evaluate(() => performance.getEntriesByName("stellig-ready")[0]?.startTime);
console.log(`first paint: ${Math.round(paint)} ms; ready: ${Math.round(ready)} ms after the start of loading`);
console.log(`heap after loading: ${await heap()}`);
await timed("search while typing, one word", async () => {
  await page.fill("#f-text", "ghaduri");
  await page.waitForFunction(() => location.hash.includes("ghaduri"));
  await settled(page);
});
await timed("filter by certainty", async () => {
  await page.getByRole("checkbox", { name: "possible" }).check();
  await settled(page);
});
await timed("trail of one name", async () => {
  await page.goto(`${url}#page=trail&entities=PER~Moukhtar+al-Ghaduri`);
  await page.waitForSelector(".quote-text");
  await settled(page);
});
console.log(`claims of the trail: ${await page.locator(".trail .lead").innerText()}`);
console.log(`heap after the trail: ${await heap()}`);
await timed("trail of a place", async () => {
  await page.goto(`${url}#page=trail&entities=LOC~Rotterdam`);
  await page.waitForSelector(".quote-text");
  await settled(page);
});
console.log(`claims of the trail: ${await page.locator(".trail .lead").innerText()}`);
await timed("full text of all articles", async () => {
  await page.goto(`${url}#page=articles&text=bandje&full=1`);
  await page.getByText("All texts searched.").waitFor({ timeout: 120_000 });
});
console.log(`heap after the full text: ${await heap()}`);
if (wrong.length > 0) console.log(wrong.join("\n"));
await browser.close();
rmSync(folder, { recursive: true });
