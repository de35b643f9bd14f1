// Reading with the keyboard alone, bookmarks, the way back, and paper.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { left, opened, settled, tab, view } from "./page.mjs";

let browser, page, wrong, url;
before(async () => ({ browser, page, wrong, url } = await opened()));
after(() => browser.close());

const focused = () =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
const tabTo = async (wanted, most = 80) => {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    if (wanted.test(await focused())) return;
  }
  assert.fail(`Tab never came to ${wanted}; it stands on "${await focused()}"`);
};

test("from the first key to a sentence's scores without a mouse", async () => {
  await view(page, url);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await tabTo(/^Articles$/);
  await page.keyboard.press("Enter");
  await settled(page);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "f-text");
  await page.keyboard.type("lantern");
  await settled(page);
  assert.equal((await left(page)).articles, 1);
  await tabTo(/Banker reportedly/);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".article-text");
  await tabTo(/^possible \(0\.86\) · hearsay · cues: reportedly/);
  assert.match(await page.locator("#tip").innerText(), /possible[\s\S]*certain[\s\S]*0\.86[\s\S]*hearsay[\s\S]*0\.88/);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-describedby")), "tip");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#tip").isVisible(), false);
  await tabTo(/^Tariq al-Ghazuli/);
  assert.match(await page.locator("#tip").innerText(), /PER · 0\.96/);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".trail-mark");
  assert.match(await page.locator("h2").first().innerText(), /Tarik al-Ghazouli/);
});

test("arrows go along the bars and marks, Enter chooses", async () => {
  await view(page, url);
  await tabTo(/^Mar 2021: 3 articles/);
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(), /^Apr 2021: 2 articles/);
  await page.keyboard.press("Enter");
  assert.equal((await left(page)).articles, 2);
  await view(page, url, { page: "trail", entities: "PER~Tarik al-Ghazouli" });
  await tabTo(/2 Mar 2021.*possible, by hearsay/);
  await page.keyboard.press("End");
  assert.match(await focused(), /Jul 2021/);
  await page.keyboard.press("Enter");
  assert.match(page.url(), /mark=2021-07-0/);
});

test("the tooltip opens on hover and may be entered", async () => {
  await view(page, url, { page: "article", article: "bode-2" });
  await page.locator(".claim").first().hover();
  assert.match(await page.locator("#tip").innerText(), /certain NOT/);
  await page.locator("#tip").hover();
  await page.waitForTimeout(300);
  assert.equal(await page.locator("#tip").isVisible(), true);
  await page.mouse.move(5, 800);
  await page.waitForTimeout(300);
  assert.equal(await page.locator("#tip").isVisible(), false);
});

test("a view is its address: bookmarked, gone back to, gone forward to", async () => {
  await view(page, url, { page: "articles" });
  await page.getByRole("checkbox", { name: "possible" }).check();
  await page.getByRole("checkbox", { name: "hearsay" }).check();
  const there = await left(page);
  const bookmark = page.url();
  await page.getByRole("link", { name: "Overview" }).click();
  await settled(page);
  await page.goBack();
  await settled(page);
  assert.deepEqual(await left(page), there);
  await page.goBack();
  await settled(page);
  assert.equal(await page.getByRole("checkbox", { name: "hearsay" }).isChecked(), false);
  await page.goForward();
  await settled(page);
  assert.deepEqual(await left(page), there);
  const { page: other } = await tab(browser);
  await other.goto(bookmark);
  await other.waitForSelector("html[data-ready]");
  assert.deepEqual(await left(other), there);
  assert.equal(await other.getByRole("checkbox", { name: "possible" }).isChecked(), true);
  await other.close();
});

test("two articles of one id are two, and the next of a filter is the next", async () => {
  await view(page, url, { page: "articles", text: "bode-1" });
  await page.locator(".rows a").nth(1).click();
  await settled(page);
  assert.match(await page.locator(".facts").innerText(), /bode\/again\.txt/);
  assert.match(await page.locator(".steps").innerText(), /2 of 2/);
  await page.getByRole("link", { name: "← previous" }).click();
  await settled(page);
  assert.match(await page.locator(".facts").innerText(), /bode\/1\.txt/);
});

test("spellings are split off and put back", async () => {
  await view(page, url, { page: "trail", entities: "PER~Tarik al-Ghazouli" });
  const whole = await page.locator(".quote").count();
  await page.getByRole("button", { name: "Split off Tariq al-Ghazuli" }).click();
  assert.equal(await page.locator(".quote").count(), whole - 1);
  assert.match(page.url(), /split=PER/);
  await page.getByRole("button", { name: "put back" }).click();
  assert.equal(await page.locator(".quote").count(), whole);
  await page.getByRole("checkbox", { name: /group spellings/ }).uncheck();
  assert.ok((await page.locator(".quote").count()) < whole);
});

test("on paper: no controls, signs and patterns kept, black on white", async () => {
  for (const parameters of [
    {},
    { page: "articles" },
    { page: "article", article: "bode-2" },
    { page: "trail", entities: "PER~Tarik al-Ghazouli" },
  ]) {
    const { page: paper } = await tab(browser, { colorScheme: "dark" });
    await view(paper, url, parameters);
    await paper.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const control of [".side", ".top nav", ".theme", ".steps"]) {
      for (const one of await paper.locator(control).all()) assert.equal(await one.isVisible(), false, control);
    }
    const [ink, white] = await paper.evaluate(() => [
      getComputedStyle(document.body).color,
      getComputedStyle(document.body).backgroundColor,
    ]);
    assert.deepEqual([ink, white], ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
    if (process.env.SHOTS)
      await paper.pdf({ path: `${process.env.SHOTS}/print-${parameters.page ?? "overview"}.pdf`, format: "A4" });
    if (parameters.page === "article")
      assert.deepEqual(await paper.locator(".mark .sign").allInnerTexts(), ["✗", "✗", "◕", "●"]);
    await paper.close();
  }
});

test("light and dark are chosen and remembered", async () => {
  const { page: other } = await tab(browser);
  await view(other, url);
  const paper = () => other.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await other.getByLabel("Theme").selectOption("dark");
  assert.notEqual(await paper(), light);
  await other.reload();
  await other.waitForSelector("html[data-ready]");
  assert.notEqual(await paper(), light);
  await other.getByLabel("Theme").selectOption("light");
  assert.equal(await paper(), light);
  await other.close();
});

test("nothing went wrong on the way", () => assert.deepEqual(wrong, []));
