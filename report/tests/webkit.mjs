// The page in WebKit, the engine of Safari: every view at three widths with nothing cut and no word on another, every filter,
// and the ways to set them by mouse and keyboard. With SHOTS=FOLDER each view is also kept as a picture.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { expected, named, OF_ARTICLES, OF_SENTENCES, records } from "./e2e/expected.mjs";
import { faults, faultsAtRest } from "./e2e/faults.mjs";
import { counts, FIXTURE, hashOf, pageOf } from "./e2e/page.mjs";
import { VIEWS } from "./e2e/views.mjs";
import { webkit } from "./webdriver.mjs";

const SHOTS = process.env.SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });
// What a key of the keyboard is called in the protocol.
const ENTER = "\uE007";

let browser;
before(async () => {
  browser = await webkit();
  const { url } = pageOf(FIXTURE);
  console.log(browser.version);
  await browser.goto(url);
  await settled("the page is drawn");
  // Views are addresses within one page, so this hears whatever goes wrong after the first drawing.
  await browser.run(() => {
    window.wrong = [];
    const hear = (what) => window.wrong.push(String(what));
    window.addEventListener("error", (event) => hear(event.message));
    window.addEventListener("unhandledrejection", (event) => hear(event.reason));
    document.addEventListener("securitypolicyviolation", (event) => hear(event.violatedDirective));
    console.error = console.warn = hear;
  });
});
after(() => browser?.close());

async function view(parameters = {}) {
  const hash = hashOf(parameters);
  await browser.run((there) => (location.hash = there), hash);
  await settled(`${hash} is drawn`);
}
async function settled(what) {
  await browser.until(() => document.documentElement.hasAttribute("data-ready"), null, what);
  await browser.until(() => !document.querySelector("main").textContent.includes("Reading…"), null, what);
  await wait(150);
}
const left = async () => counts(await browser.run(() => document.querySelector(".count").innerText));

// MiniBrowser's own controls keep its window from getting narrower than 447 pixels.
for (const width of [400, 1280, 2560]) {
  test(`${width} pixels`, async () => {
    await browser.resize(width, 1300);
    for (const [name, parameters] of Object.entries(VIEWS)) {
      await view(parameters);
      const where = `${name} at ${await browser.run(() => window.innerWidth)} pixels`;
      if (SHOTS) writeFileSync(`${SHOTS}/${name}-${width}.png`, await browser.screenshot(), "base64");
      assert.deepEqual(await faultsAtRest(() => browser.run(faults)), [], where);
      assert.equal(await browser.run(() => window.hacked ?? null), null, `markup ran in ${where}`);
      if (["overview", "article", "trail"].includes(name))
        assert.ok(await browser.run(() => document.querySelector(".legend") !== null), `legend in ${where}`);
    }
  });
}

for (const [name, [parameters, holds, ofArticle]] of Object.entries(OF_SENTENCES)) {
  test(`a filter by ${name}`, async () => {
    await view({ page: "articles", ...parameters });
    assert.deepEqual(await left(), expected(holds, ofArticle));
  });
}

for (const [name, [parameters, passes]] of Object.entries(OF_ARTICLES)) {
  test(`a filter by ${name}`, async () => {
    await view({ page: "articles", ...parameters });
    if (parameters.full)
      await browser.until(
        () => document.body.innerText.includes("All texts searched."),
        null,
        "all texts are searched",
      );
    assert.equal((await left()).articles, records.filter(passes).length);
    assert.equal(await browser.run(() => document.querySelectorAll(".rows li").length), records.filter(passes).length);
  });
}

test("a box is ticked, a chip taken away, a name typed", async () => {
  await browser.resize(1280, 1300);
  await view({ page: "articles" });
  await browser.run(() =>
    [...document.querySelectorAll("label")]
      .find((one) => /possible/.test(one.textContent))
      .setAttribute("data-test", ""),
  );
  await browser.click("label[data-test]");
  await settled("the box is ticked");
  assert.deepEqual(
    await left(),
    expected((s) => s.certainty?.label === "possible"),
  );
  await browser.click("[aria-label='Take away: certainty possible']");
  await settled("the chip is gone");
  assert.equal((await left()).articles, records.length);
  await browser.type("#f-entity", `salma${ENTER}`);
  await settled("the name is chosen");
  assert.deepEqual(
    await left(),
    expected((s, r, i) => named(r, i, "Salma al-Ghazouli")),
  );
});

test("nothing went wrong on the way", async () => {
  assert.deepEqual(await browser.run(() => window.wrong), []);
});
