// Pages that have little or nothing to show, or whose data are broken: each says so in words.

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FIXTURE, launch, pageOf, tab, view } from "./page.mjs";

const folder = mkdtempSync(join(tmpdir(), "stellig-odd-"));
const lines = readFileSync(FIXTURE, "utf8")
  .trim()
  .split("\n")
  .map((text) => JSON.parse(text))
  .slice(0, 3);
const ASSET = fileURLToPath(new URL("../../../src/report/page.html", import.meta.url));

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

function pageOfRecords(name, records) {
  const labels = join(folder, `${name}.jsonl`);
  writeFileSync(labels, records.map((one) => `${JSON.stringify(one)}\n`).join(""));
  return pageOf(labels, name).url;
}

/** Opens a file as it stands and gives its text. */
async function textOf(file) {
  const { page, wrong } = await tab(browser);
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => !document.body.innerText.includes("Reading the labels…"));
  const text = await page.locator("#root").innerText();
  await page.close();
  return { text, wrong };
}

test("labels of a model for entities alone", async () => {
  const none = { claim: null, certainty: null, polarity: null, holder: null, factuality: null, source: [], cues: [] };
  const url = pageOfRecords(
    "entities",
    lines.map((one) => ({
      ...one,
      models: { entities: "other@0", claims: null },
      sentences: one.sentences.map((s) => ({ ...s, ...none })),
    })),
  );
  const { page, wrong } = await tab(browser);
  await view(page, url);
  assert.match(await page.locator("main").innerText(), /does not judge claims/);
  assert.equal(await page.locator(".holders").count(), 0);
  await view(page, url, { page: "article", article: "bode-1" });
  assert.equal(await page.locator(".claim, .mark").count(), 0);
  assert.ok((await page.locator(".article-text .entity").count()) > 0);
  await view(page, url, { page: "trail", entities: "PER~Tarik al-Ghazouli" });
  const about = lines.flatMap((one) => [
    ...new Set(one.entities.filter(({ text }) => /ghaz/i.test(text)).map(({ sentence }) => sentence)),
  ]).length;
  assert.match(await page.locator(".lead").innerText(), new RegExp(`^0 claims.* ${about} sentences not judged`));
  assert.deepEqual(wrong, []);
  await page.close();
});

test("classes of a classifier of the user's own", async () => {
  const classes = { label: "sport <b>", scores: { "sport <b>": 0.81, politics: 0.19 } };
  const url = pageOfRecords(
    "classes",
    lines.map((one) => ({ ...one, sentences: one.sentences.map((s) => ({ ...s, classes })) })),
  );
  const { page, wrong } = await tab(browser);
  await view(page, url, { page: "article", article: "bode-1" });
  await page.locator(".mark").last().focus();
  assert.match(await page.locator("#tip").innerText(), /sport <b>\s+0\.81/);
  assert.deepEqual(wrong, []);
  await page.close();
});

test("failures and nothing else, and nothing at all", async () => {
  const failure = { schema: 1, id: "x", path: "x.txt", error: { kind: "empty", message: "there is no text in it" } };
  for (const records of [[failure], []]) {
    const { page, wrong } = await tab(browser);
    const url = pageOfRecords(`none${records.length}`, records);
    for (const name of ["overview", "articles", "trail", "failures", "about", "article"]) {
      await view(page, url, { page: name });
      assert.ok((await page.locator("main").innerText()).length > 10, name);
    }
    await view(page, url);
    assert.match(await page.locator("main").innerText(), /No article was labelled/);
    assert.deepEqual(wrong, []);
    await page.close();
  }
});

test("the page as it is built, without data, says what fills it", async () => {
  const file = join(folder, "empty.html");
  copyFileSync(ASSET, file);
  const { text, wrong } = await textOf(file);
  assert.match(text, /stellig report labels\.jsonl -o report\.html/);
  assert.deepEqual(wrong, []);
});

test("a page that was cut off, or changed, says so", async () => {
  const { file } = pageOf(FIXTURE);
  const whole = readFileSync(file, "utf8");
  const data = /id="data">([^<]*)</.exec(whole)[1];
  const broken = {
    cut: data.slice(0, -200),
    letters: "not base64 at all, and long enough to be taken for data, which it is not; really",
    version: Buffer.from("{}").toString("base64").repeat(20),
  };
  for (const [name, text] of Object.entries(broken)) {
    writeFileSync(
      join(folder, `${name}.html`),
      whole.replace(data, () => text),
    );
    assert.match((await textOf(join(folder, `${name}.html`))).text, /broken off or damaged/, name);
  }
});

test("a chunk that is damaged spoils its articles and nothing else", async () => {
  const { file } = pageOf(FIXTURE);
  const whole = readFileSync(file, "utf8");
  const data = /id="data">([^<]*)</.exec(whole)[1];
  const damaged = join(folder, "chunk.html");
  writeFileSync(
    damaged,
    whole.replace(data, () => `${"A".repeat(40)}${data.slice(40)}`),
  );
  const { page } = await tab(browser);
  await view(page, pathToFileURL(damaged).href, { page: "article", article: "bode-2" });
  await page.getByText(/broken off or damaged/).waitFor();
  await view(page, pathToFileURL(damaged).href, { page: "articles" });
  assert.equal(await page.locator(".rows li").count(), 14);
  await view(page, pathToFileURL(damaged).href, { page: "articles", text: "paraplu", full: "1" });
  await page.getByText(/could not be read/).waitFor();
  await page.close();
});
