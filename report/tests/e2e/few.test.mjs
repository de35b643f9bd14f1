// Pages of little: a few articles in a few days, and one without a date.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faults, faultsAtRest } from "./faults.mjs";
import { FIXTURE, launch, left, pageOf, settled, tab, view } from "./page.mjs";

const folder = mkdtempSync(join(tmpdir(), "stellig-few-"));
const NAME = "PER~Tarik al-Ghazouli";
const about = readFileSync(FIXTURE, "utf8")
  .trim()
  .split("\n")
  .map((text) => JSON.parse(text))
  .filter((one) => one.entities?.some(({ text, label }) => text === "Tarik al-Ghazouli" && label === "PER"));

/** A page of articles about one name, one for each of the dates. */
function pageOfDates(...dates) {
  const labels = join(folder, `${dates.join("-")}.jsonl`);
  const records = dates.map((date, i) => ({ ...about[i % about.length], id: `few-${i}`, date }));
  writeFileSync(labels, records.map((one) => `${JSON.stringify(one)}\n`).join(""));
  return pageOf(labels, "Few").url;
}

const DATES = {
  "one day": ["2024-03-14"],
  "three days": ["2024-03-14", "2024-03-15", "2024-03-16"],
  "five weeks": ["2024-02-28", "2024-03-05", "2024-03-17", "2024-04-01"],
};

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** Labels of the axis with where they stand, and marks with theirs. */
function drawn() {
  const middle = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return (left + right) / 2;
  };
  return {
    labels: [...document.querySelectorAll(".trail .chart .tick")].map((one) => [one.textContent, middle(one)]),
    marks: [...document.querySelectorAll(".trail-mark")].map((one) => [
      /^[^:]*/.exec(one.getAttribute("aria-label"))[0],
      middle(one.querySelector(".hit")),
    ]),
  };
}

for (const [name, dates] of Object.entries(DATES)) {
  test(`the trail of ${name}: one label a day, marks under their own`, async () => {
    const url = pageOfDates(...dates);
    for (const width of [400, 1280, 2560]) {
      const { page, wrong } = await tab(browser, { viewport: { width, height: 900 } });
      for (const parameters of [{}, { page: "trail", entities: NAME }]) {
        await view(page, url, parameters);
        assert.deepEqual(
          await faultsAtRest(() => page.evaluate(faults)),
          [],
          `${parameters.page ?? "overview"} at ${width}`,
        );
      }
      const { labels, marks } = await page.evaluate(drawn);
      assert.ok(labels.length > 0 && marks.length > 0);
      assert.equal(new Set(labels.map(([text]) => text)).size, labels.length, `labels at ${width}: ${labels}`);
      // A label at the edge may stand a little to the left of its day.
      for (const [text, x] of labels)
        for (const [date, at] of marks) if (date === text) assert.ok(Math.abs(at - x) < 25, `${text} at ${width}`);
      if (name === "one day")
        assert.deepEqual(
          labels.map(([text]) => text),
          ["14 Mar 2024"],
        );
      if (name === "three days" && width > 400) assert.equal(labels.length, 3);
      assert.deepEqual(wrong, []);
      await page.close();
    }
  });
}

test("Shift with a bar stretches a range of years, months or days, and takes nothing away", async () => {
  const url = pageOfDates("2024-03-14", "2024-03-15", "2024-03-16");
  const { page } = await tab(browser);
  const bar = (name) => page.getByRole("button", { name }).click({ modifiers: ["Shift"] });
  for (const chart of [/^15 Mar 2024: 1 article/, /^15 Mar 2024: .* hearsay/]) {
    await view(page, url, { from: "2024", to: "2024" });
    await bar(chart);
    await settled(page);
    assert.deepEqual(
      [await page.locator("#f-from").inputValue(), await page.locator("#f-to").inputValue()],
      ["2024", "2024"],
    );
  }
  await view(page, url, { from: "2024-03-14", to: "2024-03-14" });
  await bar(/^16 Mar 2024: 1 article/);
  await settled(page);
  assert.equal((await left(page)).articles, 3);
  await page.close();
});

test("without a date nothing is drawn along time, and the rest is there", async () => {
  const { page, wrong } = await tab(browser);
  const url = pageOfDates(null);
  await view(page, url);
  assert.match(await page.locator("main").innerText(), /^1 article\s[\s\S]*No article has a date/);
  assert.match(await page.locator(".figure").first().innerText(), /^article\s+1$|^1\s+article$/);
  assert.equal(await page.locator(".totals button").count(), 5);
  await view(page, url, { page: "trail", entities: NAME });
  assert.match(await page.locator(".lead").innerText(), /none has a date/);
  assert.equal(await page.locator(".chart").count(), 0);
  assert.ok((await page.locator(".quote").count()) > 0);
  assert.deepEqual(wrong, []);
  await page.close();
});

test("cues that begin with the same word are both named", async () => {
  const labels = join(folder, "cues.jsonl");
  const record = structuredClone(about[0]);
  const named = record.entities.find(({ text }) => text === "Tarik al-Ghazouli").sentence;
  const sentence = record.sentences[named];
  const at = [...record.text].slice(sentence.start, sentence.end).join("").split(" ");
  const cue = (kind, text) => {
    const start = sentence.start;
    return { kind, start, end: start + [...text].length, text, score: 0.9 };
  };
  sentence.cues = [cue("attribution", at[0]), cue("certainty", at[0]), cue("certainty", `${at[0]} ${at[1]}`)];
  writeFileSync(labels, `${JSON.stringify(record)}\n`);
  const { page } = await tab(browser);
  await view(page, pageOf(labels, "Cues").url, { page: "article", article: record.id });
  const words = await page.locator(`#s${named} .mark`).getAttribute("aria-label");
  assert.ok(words.endsWith(`cues: ${at[0]}, ${at[0]} ${at[1]}`), words);
  await page.close();
});

test("the total of a lane is a filter, and none at the second click", async () => {
  const { page } = await tab(browser);
  const url = pageOfDates("2024-03-14", "2024-03-15");
  await view(page, url);
  const total = page.locator(".totals button").first();
  await total.click();
  assert.equal(await page.locator(".chip").count(), 2);
  assert.equal(await total.getAttribute("aria-pressed"), "true");
  await total.click();
  assert.equal(await page.locator(".chip").count(), 0);
  await page.close();
});

test("what had the focus and is gone hands it to the content", async () => {
  const { page } = await tab(browser);
  const url = pageOfDates("2024-03-14", "2024-03-15");
  const press = async (parameters, selector) => {
    await view(page, url, parameters);
    await page.locator(selector).first().focus();
    await page.keyboard.press("Enter");
  };
  for (const [parameters, selector] of [
    [{ holders: ["author", "source"] }, ".chip"],
    [{ text: "no such word" }, ".empty .offer"],
    [{ page: "articles" }, ".rows a"],
    [{ page: "article", article: "few-0" }, "a[rel=next]"],
    [{ page: "trail" }, ".offers button"],
  ]) {
    await press(parameters, selector);
    await page.waitForFunction(() => document.activeElement.id === "main", null, { timeout: 10_000 });
  }
  // What stays keeps it.
  await press({}, ".holder-author");
  await page.locator(".chip").waitFor();
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.className), "holder holder-author");
  await page.close();
});
