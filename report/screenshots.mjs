// The pictures of the README: the report and the terminal, of the articles in examples/rumour.
//
//   cargo build --release && cd report && npm ci && node screenshots.mjs     -> docs/images/*.png
//
//   STELLIG   the program (default: ../target/release/stellig)
//   CHROMIUM  the browser (default: /usr/bin/chromium)

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch, view } from "./tests/e2e/page.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = process.env.STELLIG ?? at("../target/release/stellig");
const images = at("../docs/images/");
const folder = mkdtempSync(join(tmpdir(), "stellig-screenshots-"));
const labels = join(folder, "labels.jsonl");
const report = join(folder, "report.html");

function stellig(...parameters) {
  const options = { encoding: "utf8", cwd: at(".."), env: { ...process.env, COLORTERM: "truecolor", NO_COLOR: "" } };
  return execFileSync(program, parameters, options);
}

/** Output of the terminal as HTML: the four styles and the true colours that `stellig show` uses. */
function html(output) {
  const escaped = (text) => text.replace(/[&<]/g, (sign) => (sign === "&" ? "&amp;" : "&lt;"));
  const styles = {
    1: "font-weight: bold",
    2: "opacity: 0.6",
    3: "font-style: italic",
    4: "text-decoration: underline",
  };
  const style = (parameters) => {
    const parts = parameters.split(";");
    const found = [];
    while (parts.length > 0) {
      const part = parts.shift();
      if (part === "38" || part === "48") {
        const [, ...rgb] = parts.splice(0, 4);
        found.push(`${part === "38" ? "color" : "background"}: rgb(${rgb.join(",")})`);
      } else if (styles[part]) {
        found.push(styles[part]);
      }
    }
    return found.join("; ");
  };
  return output
    .split(/\x1b\[/)
    .map((piece, number) => {
      if (number === 0) return escaped(piece);
      const [, parameters, text] = /^([\d;]*)m([^]*)$/.exec(piece);
      return `<span style="${style(parameters)}">${escaped(text)}</span>`;
    })
    .join("");
}

mkdirSync(images, { recursive: true });
stellig("label", "examples/rumour", "--quiet", "-o", labels);
stellig("report", labels, "--quiet", "-o", report, "--title", "Mukhtar al-Ghaduri");
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
const url = pathToFileURL(report).href;

await view(page, url, {});
await page.screenshot({ path: join(images, "overview.png") });
await view(page, url, { page: "trail", entities: "PER~Mukhtar al-Ghaduri" });
await page.screenshot({ path: join(images, "trail.png") });

const shown = stellig("show", labels, "--only", "uncertain", "--entity", "ghad", "--color", "always", "--width", "100");
const lines = shown.split("\n").slice(0, 40).join("\n");
// A page of its own: the policy of the report would forbid these styles.
const terminal = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await terminal.setContent(`<style>body { margin: 0 } pre { display: inline-block; margin: 0; padding: 20px 24px; background: #16181d;
  color: #e6e6e6; font: 15px/1.4 "DejaVu Sans Mono", monospace }</style><pre>${html(lines)}</pre>`);
await terminal.locator("pre").screenshot({ path: join(images, "terminal.png") });
await browser.close();
