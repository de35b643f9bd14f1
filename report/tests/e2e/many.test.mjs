// Ten thousand articles: the page holds the rows in sight and no more, counts are right, and a search through all texts
// can be given up. ARTICLES=2000 makes it a smaller corpus.

import assert from "node:assert/strict";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { writeMany } from "../fixtures/many.mjs";
import { launch, left, pageOf, settled, tab, view } from "./page.mjs";

const ARTICLES = Number(process.env.ARTICLES ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "stellig-many-"));
const counts = { possible: 0, possibleArticles: 0, mersin: 0, rain: 0 };
let browser, page, wrong, url;

before(async () => {
  const labels = join(folder, "many.jsonl");
  await writeMany(labels, ARTICLES);
  for await (const line of createInterface({ input: createReadStream(labels) })) {
    const record = JSON.parse(line);
    const possible = record.sentences.filter((one) => one.certainty?.label === "possible").length;
    counts.possible += possible;
    if (possible > 0) counts.possibleArticles++;
    counts.mersin += new Set(
      record.entities
        .filter((one) => one.text === "Mersin" && record.sentences[one.sentence].certainty)
        .map((one) => one.sentence),
    ).size;
    if (record.text.includes("Later op de dag ging het regenen")) counts.rain++;
  }
  ({ url } = pageOf(labels, "Many", folder));
  browser = await launch();
  ({ page, wrong } = await tab(browser));
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

test("only the rows in sight are in the page", async () => {
  await view(page, url, { page: "articles" });
  assert.equal((await left(page)).articles, ARTICLES);
  assert.ok((await page.locator(".rows li").count()) < 80);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await settled(page);
  assert.match(await page.locator(".rows li").last().innerText(), new RegExp(`artikel-${ARTICLES - 1}\\b`));
  assert.ok((await page.locator(".rows li").count()) < 80);
});

test("counts are those of the labels", async () => {
  await view(page, url, { certainty: "possible" });
  assert.deepEqual(await left(page), { articles: counts.possibleArticles, sentences: counts.possible });
});

test("a trail of many claims groups its marks and reads what it shows", async () => {
  await view(page, url, { page: "trail", entities: "LOC~Mersin" });
  await page.waitForSelector(".quote-text");
  assert.match((await page.locator(".lead").innerText()).replaceAll(",", ""), new RegExp(`^${counts.mersin} claims`));
  assert.ok((await page.locator(".trail-mark").count()) < 1000);
  assert.equal(await page.locator(".quote").count(), 40);
  await page.getByRole("button", { name: /^Show 80 more/ }).click();
  assert.equal(await page.locator(".quote").count(), 120);
});

test("on paper: no page without a row, and what is left out is told", async () => {
  const { page: paper } = await tab(browser);
  await view(paper, url, { page: "articles" });
  await paper.emulateMedia({ media: "print" });
  await paper.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await settled(paper);
  const printed = Math.min(2000, ARTICLES);
  assert.equal(await paper.locator(".rows li").count(), printed);
  const [list, rows] = await paper
    .locator(".rows")
    .evaluate((list) => [list.offsetHeight, [...list.children].reduce((sum, row) => sum + row.offsetHeight, 0)]);
  assert.ok(list < rows + 100, `${list} of ${rows}`);
  assert.equal(await paper.getByText(/^The first 2,000 of/).count(), ARTICLES > printed ? 1 : 0);
  await paper.emulateMedia({ media: "screen" });
  await view(paper, url, { page: "trail", entities: "LOC~Mersin", from: "2016-02", to: "2016-03" });
  await paper.waitForSelector(".quote-text");
  const told = paper.getByText(/those that the page showed when it was printed/);
  const whole = Number(/\d+/.exec((await paper.locator(".lead").innerText()).replaceAll(",", ""))[0]);
  assert.ok(whole > 120 && !(await told.isVisible()));
  await paper.emulateMedia({ media: "print" });
  assert.match((await told.innerText()).replaceAll(",", ""), new RegExp(`^The first 40 of ${whole} claims`));
  await paper.emulateMedia({ media: "screen" });
  await paper.getByRole("button", { name: `Show all ${whole - 40}` }).press("Enter");
  await settled(paper);
  assert.equal(await paper.locator(".quote").count(), whole);
  assert.equal(
    await paper.evaluate(() => [...document.querySelectorAll(".quote")].indexOf(document.activeElement)),
    40,
  );
  assert.equal(await told.count(), 0);
  await paper.close();
});

test("who asks for more with the keyboard reads on at what came", async () => {
  await view(page, url, { page: "trail", entities: "LOC~Mersin", from: "2016-02", to: "2016-03" });
  await page.waitForSelector(".quote-text");
  const more = page.getByRole("button", { name: /^Show \d+ more/ });
  let before = 0;
  while ((await more.count()) > 0) {
    before = await page.locator(".quote").count();
    await more.press("Enter");
  }
  const at = await page.evaluate(() => [...document.querySelectorAll(".quote")].indexOf(document.activeElement));
  assert.ok(before > 0);
  assert.equal(at, before);
});

test("all texts are searched, and a search can be given up", async () => {
  await view(page, url, { page: "articles", text: '"later op de dag ging"', full: "1" });
  await page.getByText("All texts searched.").waitFor({ timeout: 300_000 });
  assert.equal((await left(page)).articles, counts.rain);
  await page.fill("#f-text", "koffers");
  await page.getByRole("button", { name: "stop" }).click();
  await page.getByText(/Given up after \d+%/).waitFor();
  await page.getByRole("button", { name: "search again" }).click();
  await page.getByText("All texts searched.").waitFor({ timeout: 300_000 });
});

test("nothing went wrong on the way", () => assert.deepEqual(wrong, []));
