// Every view at three widths, light and dark: nothing wider than the window, nothing cut or on top of something else,
// and axe-core finds nothing. With SHOTS=FOLDER each is also kept as a picture, to be looked at.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { faults, faultsAtRest } from "./faults.mjs";
import { FIXTURE, launch, pageOf, tab, view } from "./page.mjs";
import { VIEWS } from "./views.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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
        assert.deepEqual(await faultsAtRest(() => page.evaluate(faults)), [], where);
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
