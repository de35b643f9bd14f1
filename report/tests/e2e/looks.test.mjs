// Every view at three widths, light and dark: nothing wider than the window, nothing cut or on top of something else,
// and axe-core finds nothing. With SHOTS=FOLDER each is also kept as a picture, to be looked at.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { FIXTURE, launch, pageOf, tab, view } from "./page.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = {
  overview: {},
  filtered: {
    certainty: ["uncommitted", "probable"],
    from: "2021-03",
    to: "2021-04",
    score: "55",
    counts: "1",
    holders: ["source", "author"],
  },
  empty: { text: "nothing of the kind" },
  articles: { page: "articles", certainty: ["possible", "certain"] },
  article: { page: "article", article: "bode-2", sentence: "1" },
  rtl: { page: "article", article: "rtl" },
  long: { page: "article", article: "lang" },
  start: { page: "trail" },
  trail: { page: "trail", entities: "PER~Tarik al-Ghazouli" },
  failures: { page: "failures" },
  about: { page: "about" },
};

let browser, url;
before(async () => {
  browser = await launch();
  ({ url } = pageOf(FIXTURE));
});
after(() => browser.close());

for (const width of [400, 1280, 2560]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${width} pixels, ${colorScheme}`, async () => {
      const { page, wrong } = await tab(browser, {
        viewport: { width, height: width < 600 ? 850 : 1200 },
        colorScheme,
      });
      await page.addInitScript(AXE);
      for (const [name, parameters] of Object.entries(VIEWS)) {
        await view(page, url, parameters);
        const where = `${name} at ${width} ${colorScheme}`;
        if (process.env.SHOTS)
          await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
        assert.deepEqual(await page.evaluate(faults), [], where);
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        assert.deepEqual(
          violations.map(
            (one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html} ${one.nodes[0].failureSummary}`,
          ),
          [],
          where,
        );
        if (["overview", "article", "trail"].includes(name))
          assert.ok((await page.locator(".legend").count()) > 0, `legend in ${where}`);
      }
      assert.deepEqual(wrong, []);
      await page.close();
    });
  }
}

/** What is wider than the window, cut off unasked, or on top of another text. Runs in the page. */
function faults() {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, .patterns, .hidden, #tip, thead");
  const name = (element) => `${element.tagName}.${element.getAttribute("class")} "${element.textContent.slice(0, 40)}"`;
  for (const element of document.querySelectorAll("main *, .top *, .side *")) {
    if (!shown(element) || element.parentElement.closest(".row-title, .row-about, .bar-name")) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1))
      found.push(`outside the window: ${name(element)}`);
    const style = getComputedStyle(element);
    const cut = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2;
    const meant =
      style.textOverflow === "ellipsis" ||
      style.overflowY === "auto" ||
      element.matches(".chart, input, select, .rows li");
    if (cut && style.overflow !== "visible" && !meant) found.push(`cut: ${name(element)}`);
  }
  // Words of charts, labels and buttons: none may lie on another one.
  const boxes = [];
  for (const element of document.querySelectorAll(
    "main svg text, .lane-name, .lane-count, .figure dt, .figure dd, .chip, .panel h2, .panel h3, .bar-count, .bar-name, .row-title, .row-about, .row-date, .top nav a, .switch, .legend li",
  )) {
    if (!shown(element) || !element.textContent.trim()) continue;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (right > left) boxes.push({ element, left, right, top, bottom });
  }
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1.5 && high > 3) found.push(`on top of each other: ${name(a.element)} and ${name(b.element)}`);
    }
  });
  return found;
}
