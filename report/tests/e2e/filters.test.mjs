// Every filter leaves what it should. The numbers are counted here from the labels themselves, record by record.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { expected, named, OF_ARTICLES, OF_SENTENCES, records } from "./expected.mjs";
import { left, opened, settled, view } from "./page.mjs";

let browser, page, wrong, url;
before(async () => ({ browser, page, wrong, url } = await opened()));
after(() => browser.close());

for (const [name, [parameters, test_, ofArticle]] of Object.entries(OF_SENTENCES)) {
  test(`a filter by ${name}`, async () => {
    await view(page, url, { page: "articles", ...parameters });
    assert.deepEqual(await left(page), expected(test_, ofArticle));
  });
}

for (const [name, [parameters, passes]] of Object.entries(OF_ARTICLES)) {
  test(`a filter by ${name}`, async () => {
    await view(page, url, { page: "articles", ...parameters });
    if (parameters.full) await page.getByText("All texts searched.").waitFor();
    const count = records.filter(passes).length;
    assert.equal((await left(page)).articles, count);
    assert.equal(await page.locator(".rows li").count(), count);
    assert.equal(await page.getByRole("heading", { name: "No article is left" }).count(), count === 0 ? 1 : 0);
  });
}

test("nothing left offers to clear, and clearing does", async () => {
  await view(page, url, { page: "articles", text: "there is no such word" });
  await page.getByRole("button", { name: "Clear the filters" }).click();
  assert.equal((await left(page)).articles, records.length);
});

test("fields, chips and bars set and take away the filters", async () => {
  await view(page, url);
  await page.getByRole("checkbox", { name: "possible" }).check();
  await page.getByRole("radio", { name: "said not to hold" }).check();
  const both = expected((s) => s.certainty?.label === "possible" && s.polarity.label === "negative");
  assert.deepEqual(await left(page), both);
  await page.getByRole("button", { name: "Take away: certainty possible" }).click();
  assert.deepEqual(
    await left(page),
    expected((s) => s.polarity?.label === "negative"),
  );
  await page.getByRole("button", { name: "clear all" }).click();
  assert.equal((await left(page)).articles, records.length);
  await page
    .getByRole("button", { name: /^Jun 2021: 2 articles/ })
    .first()
    .click();
  assert.equal((await left(page)).articles, records.filter((r) => r.date?.startsWith("2021-06")).length);
  await page.getByRole("button", { name: "clear all" }).click();
  await page.getByRole("button", { name: /^Malta ?: ?3/ }).click();
  assert.deepEqual(
    await left(page),
    expected((s, r, i) => named(r, i, "Malta")),
  );
});

test("a name is looked up and chosen with the keyboard", async () => {
  await view(page, url, { page: "articles" });
  await page.locator("#f-entity").fill("salma");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.deepEqual(
    await left(page),
    expected((s, r, i) => named(r, i, "Salma al-Ghazouli")),
  );
  // What is offered next hangs on the other filters, not on the name that is chosen.
  await page.locator("#f-entity").fill("piet");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await settled(page);
  assert.deepEqual(
    await left(page),
    expected((s, r, i) => named(r, i, "Salma al-Ghazouli", "Piet Jansen")),
  );
});

test("the charts count what the labels say", async () => {
  await view(page, url);
  const claims = records.flatMap((r) => r.sentences).filter((s) => s.certainty);
  const figures = await page.locator(".figure").allInnerTexts();
  const figure = (name) => figures.find((text) => text.includes(name)).match(/[\d,]+%?/)[0];
  assert.equal(figure("claims"), String(claims.length));
  const hearsay = claims.filter((s) => s.holder.label === "hearsay").length;
  assert.equal(figure("hearsay"), `${Math.round((100 * hearsay) / claims.length)}%`);
  const march = claims.filter((s) => records.some((r) => r.date?.startsWith("2021-03") && r.sentences.includes(s)));
  const label = await page.getByRole("button", { name: /^Mar 2021: \d+ claims/ }).getAttribute("aria-label");
  const possible = march.filter((s) => s.factuality === "PS+").length;
  assert.match(label, new RegExp(`^Mar 2021: ${march.length} claims.* possible: ${possible} `));
  assert.match(
    await page.locator(".panel").first().innerText(),
    /1 article without a date; 1 article whose date does not tell the month/,
  );
});

test("the trail holds every claim about the name, in order of time", async () => {
  await view(page, url, { page: "trail", entities: "PER~Tarik al-Ghazouli" });
  const spellings = ["Tarik al-Ghazouli", "Tariq al-Ghazuli", "Tarik Al-Ghazoeli", "Tarek al-Ghazouli"];
  const about = records
    .flatMap((r) => r.sentences.map((s, i) => ({ r, s, i })))
    .filter(({ r, s, i }) => s.certainty && named(r, i, ...spellings));
  assert.equal(await page.locator(".quote").count(), about.length);
  const shown = await page.locator(".quote-date").allTextContents();
  assert.deepEqual([shown[0], shown[shown.length - 1]], ["2 Mar 2021", "no date"]);
  const marks = await page
    .locator(".trail-mark")
    .evaluateAll((all) => all.map((one) => Number(/(\d+) claim/.exec(one.getAttribute("aria-label"))[1])));
  assert.equal(
    marks.reduce((sum, one) => sum + one, 0),
    about.filter(({ r }) => r.date).length,
  );
  const denied = about.filter(({ s }) => s.polarity.label === "negative").length;
  assert.equal(await page.locator(".edge-denied").count(), denied);
  // A mark leaves its claims; the link leads to the sentence.
  await page.locator(".trail-mark").first().click();
  assert.equal(await page.locator(".quote").count(), marks[0]);
  await page.locator(".quote-from a").first().click();
  await settled(page);
  assert.equal(await page.locator(".target").count(), 1);
});

test("nothing went wrong on the way", () => assert.deepEqual(wrong, []));
