// Writes ../src/report/page.html: markup, style and script in one file, with a policy that allows these and nothing else.
// The same sources give the same bytes; `--check` fails where the file that stands there is not what they give.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const asset = at("../src/report/page.html");

async function bundled(entry, options) {
  const result = await build({
    entryPoints: [at(entry)],
    absWorkingDir: at("."),
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    target: ["chrome108", "firefox113", "safari16.4"],
    ...options,
  });
  return result.outputFiles[0].text.trim();
}

const script = await bundled("src/main.tsx", { format: "iife", jsx: "automatic", jsxImportSource: "preact" });
const style = await bundled("src/style/page.css", {});
// Inside a script element this would end it, or keep it from ending.
if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) throw new Error("the bundle holds an HTML end tag");

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
// A function, since `$&` in the script would otherwise be read as a pattern of the replacement.
const page = readFileSync(at("src/page.html"), "utf8")
  .replace("@@CSP@@", () => policy)
  .replace("@@STYLE@@", () => style)
  .replace("@@SCRIPT@@", () => script);
if (page.split("@@STELLIG_DATA@@").length !== 2) throw new Error("the marker must stand in the page exactly once");

if (process.argv.includes("--check")) {
  const there = readFileSync(asset, "utf8");
  if (there !== page) {
    console.error("src/report/page.html is not what the sources give; run `npm run build` in report/ and commit it");
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(asset), { recursive: true });
  writeFileSync(asset, page);
  console.log(`${asset.split("/").slice(-3).join("/")}: ${(page.length / 1024).toFixed(1)} KiB`);
}
