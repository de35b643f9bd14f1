// What stands in an article can do nothing to the page: markup is text, controls are signs, the policy holds.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { opened, tab, TITLE, view } from "./page.mjs";

let browser, page, wrong, url;
before(async () => ({ browser, page, wrong, url } = await opened()));
after(() => browser.close());

const ID = `a"'><script>window.hacked=1</script>`;
const VIEWS = [
  {},
  { page: "articles" },
  { page: "article", article: ID },
  { page: "trail", entities: "PER~<b onmouseover=window.hacked=1>Bo</b>" },
  {
    page: "trail",
    entities: "PER~<img src=x onerror=window.hacked=1>",
    text: "<script>window.hacked=1</script>",
    split: "PER~<b>",
  },
  { page: "failures" },
  { page: "about" },
];

test("markup in any field is text", async () => {
  for (const parameters of VIEWS) {
    await view(page, url, parameters);
    assert.equal(await page.evaluate(() => window.hacked), undefined, JSON.stringify(parameters));
    assert.equal(await page.locator("#root script, #root img, #root b[onmouseover]").count(), 0);
    assert.equal(await page.locator("#root [style*='expression'], #root [onerror], #root [onload]").count(), 0);
  }
  await view(page, url, { page: "article", article: ID });
  assert.match(await page.locator(".article-text").innerText(), /<img src=x onerror="window\.hacked=1"><\/script>/);
  assert.equal(await page.title(), TITLE);
});

test("what controls or reorders text is shown as a sign", async () => {
  await view(page, url, { page: "article", article: ID });
  const text = await page.locator(".article-text").innerText();
  assert.match(text, /Controls: �txet desrever� and � bell/);
  assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069\u0007]/);
});

test("text from right to left keeps to itself", async () => {
  await view(page, url, { page: "article", article: "rtl" });
  const directions = await page
    .locator(".article-text p, .article-text h2")
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction));
  assert.deepEqual(directions, ["rtl", "rtl"]);
  assert.deepEqual(
    await page.locator(".article-text .entity").evaluateAll((all) => all.map((one) => one.firstChild.textContent)),
    ["طارق الغزولي", "مالطا", "الشرطة", "طارق"],
  );
});

test("places count code points, emoji included", async () => {
  await view(page, url, { page: "article", article: "emoji" });
  assert.deepEqual(
    await page.locator(".article-text .entity").evaluateAll((all) => all.map((one) => one.firstChild.textContent)),
    ["Brandweer Hoek", "Hoek 𝔸"],
  );
  assert.deepEqual(await page.locator(".article-text .source").allTextContents(), ["𝒹e 𝓀rant"]);
});

test("the policy forbids what the page does not do", async () => {
  await view(page, url);
  const { page: other, wrong: blocked } = await tab(browser);
  await view(other, url);
  await other.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.hacked = 1";
    document.body.append(script);
    const image = new Image();
    image.src = "https://example.org/pixel.png";
    document.body.append(image);
    return fetch("https://example.org/").catch(() => null);
  });
  await other.waitForTimeout(200);
  assert.equal(await other.evaluate(() => window.hacked), undefined);
  for (const directive of ["script-src", "img-src", "connect-src"])
    assert.ok(
      blocked.some((one) => one.includes(directive)),
      directive,
    );
  await other.close();
});

test("addresses that make no sense open the page all the same", async () => {
  for (const hash of [
    "page=nowhere",
    "score=999&from=soon&to=2021-99",
    "page=article&article=none",
    "page=trail&entities=x&mark=~~~",
    "%E0%A4%A",
  ]) {
    await page.goto(`${url}#${hash}`);
    await page.reload();
    await page.waitForSelector("html[data-ready]");
    assert.ok((await page.locator("main").innerText()).length > 20, hash);
  }
});

test("nothing else was asked for, and nothing went wrong", () => assert.deepEqual(wrong, []));
