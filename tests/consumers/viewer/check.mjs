// Opens the Web Annotations of the example articles and of hard.jsonl in Recogito's text annotator, in a browser, and
// compares the words that it marks with the words that each annotation quotes.
//
//   STELLIG   the program (default: ../../../target/release/stellig)
//   CHROMIUM  the browser (default: /usr/bin/chromium)

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const lines = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** Records with a text, and the page of annotations of each. */
function labelled(folder) {
  const program = process.env.STELLIG ?? at("../../../target/release/stellig");
  const inputs = [at("../../../examples/articles"), at("../hard.jsonl")];
  const options = ["-o", folder, "--format", "jsonl,web-annotation", "--quiet"];
  const run = spawnSync(program, ["label", ...inputs, ...options], { encoding: "utf8" });
  // 2: one row of hard.jsonl has no text.
  assert.equal(run.status, 2, `${program}: ${run.error ?? run.stderr}`);
  const records = lines(join(folder, "labels.jsonl")).filter((record) => "sentences" in record);
  const pages = lines(join(folder, "labels.annotations.jsonl"));
  assert.equal(records.length, pages.length);
  return records.map((record, index) => ({ text: record.text, annotations: pages[index].items }));
}

/** The annotations with positions in UTF-16 units, which Recogito counts, instead of the code points of the W3C model. */
function inUnits(text, annotations) {
  const before = [0];
  for (const point of text) before.push(before.at(-1) + point.length);
  return annotations.map((annotation) => {
    const [position, quote] = annotation.target.selector;
    const moved = { ...position, start: before[position.start], end: before[position.end] };
    return { ...annotation, target: { ...annotation.target, selector: [moved, quote] } };
  });
}

/** Runs in the page: loads annotations into the viewer; for each the words that it marks, and its first body. */
function viewed({ text, annotations }) {
  const content = document.createElement("pre");
  content.textContent = text;
  document.body.replaceChildren(content);
  const viewer = RecogitoJS.createTextAnnotator(content, { adapter: RecogitoJS.W3CTextFormat("text", content) });
  viewer.setAnnotations(annotations);
  const marked = viewer.state.store.all().map(({ id, target, bodies }) => {
    return { id, words: target.selector[0].range.toString(), value: bodies[0].value };
  });
  viewer.destroy();
  return marked;
}

let browser;
const folder = mkdtempSync(join(tmpdir(), "stellig-viewer-"));
try {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const page = await browser.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  // The bundle asks what it was built for.
  await page.evaluate(() => (window.process = { env: { NODE_ENV: "production" } }));
  await page.addScriptTag({
    path: join(createRequire(import.meta.url).resolve("@recogito/text-annotator"), "../text-annotator.umd.js"),
  });
  const sorted = (list) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ids = new Set();
  let [compared, moved] = [0, 0];
  for (const { text, annotations } of labelled(folder)) {
    const marked = await page.evaluate(viewed, { text, annotations: inUnits(text, annotations) });
    const wanted = annotations.map(({ id, target, body }) => ({
      id,
      words: target.selector[1].exact,
      value: body[0].value,
    }));
    assert.deepEqual(sorted(marked), sorted(wanted));
    compared += marked.length;
    annotations.forEach(({ id }) => ids.add(id));
    if (text.length > [...text].length) {
      const unmoved = await page.evaluate(viewed, { text, annotations });
      assert.notDeepEqual(
        sorted(unmoved),
        sorted(wanted),
        "Recogito counts code points now: drop inUnits and its mention",
      );
      moved += 1;
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(compared > 60 && moved > 0, `only ${compared} annotations, ${moved} texts with emoji`);
  assert.equal(ids.size, compared, "two annotations have one id");
  console.log(`Recogito: web-annotation: ${compared} compared`);
} finally {
  await browser?.close();
  rmSync(folder, { recursive: true });
}
