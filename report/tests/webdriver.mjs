// WebKit, the engine of Safari, in WebKitGTK's MiniBrowser on a screen of its own, through the W3C WebDriver protocol.
// Playwright's own WebKit would have to be downloaded; this one comes with Debian (webkit2gtk-driver, xvfb).
//
//   WEBKIT  the browser (default: where Debian puts MiniBrowser)

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

const minibrowser = () =>
  readdirSync("/usr/lib")
    .map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`)
    .find(existsSync);

/** A port that nobody listens to. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts the browser. `close` ends it. */
export async function webkit() {
  const binary = process.env.WEBKIT ?? minibrowser();
  if (!binary) throw new Error("WebKitGTK's MiniBrowser is not here: install webkit2gtk-driver, or name it in WEBKIT");
  // Xvfb writes the number of the screen that it has taken to this descriptor.
  const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "2600x1400x24"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const display = await new Promise((resolve, reject) => {
    screen.once("error", reject);
    screen.stdio[3].once("data", (data) => resolve(`:${String(data).trim()}`));
  });
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: "ignore",
    env: { ...process.env, DISPLAY: display, NO_AT_BRIDGE: "1", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" },
  });

  const send = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  const begin = async () => {
    const options = { binary, args: ["--automation"] };
    const alwaysMatch = { browserName: "MiniBrowser", "webkitgtk:browserOptions": options };
    for (let tries = 0; ; tries++) {
      try {
        return await send("POST", "", { capabilities: { alwaysMatch } });
      } catch (error) {
        // The driver needs a moment before it listens.
        if (tries === 50 || !(error instanceof TypeError)) throw error;
        await wait(100);
      }
    }
  };
  const { sessionId, capabilities } = await begin();
  const command = (method, path, body) => send(method, `/${sessionId}${path}`, body);
  const element = async (css) => (await command("POST", "/element", { using: "css selector", value: css }))[ELEMENT];

  const browser = {
    version: `${capabilities.browserName} ${capabilities.browserVersion}`,
    /** Runs a function in the page; its argument and answer travel as JSON. */
    run: (work, argument = null) =>
      command("POST", "/execute/sync", { script: `return (${work})(arguments[0])`, args: [argument] }),
    async until(work, argument, what) {
      for (let tries = 0; tries < 200; tries++) {
        if (await browser.run(work, argument)) return;
        await wait(50);
      }
      throw new Error(`waited in vain until ${what}`);
    },
    goto: (url) => command("POST", "/url", { url }),
    resize: (width, height) => command("POST", "/window/rect", { x: 0, y: 0, width, height }),
    /** A PNG, in base64. */
    screenshot: () => command("GET", "/screenshot"),
    click: async (css) => command("POST", `/element/${await element(css)}/click`, {}),
    type: async (css, text) => command("POST", `/element/${await element(css)}/value`, { text }),
    async close() {
      await command("DELETE", "").catch(() => null);
      driver.kill();
      screen.kill();
    },
  };
  return browser;
}
