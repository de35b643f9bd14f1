// Reads the data that stands in the page and draws it; or says what is wrong with it.

import { render } from "preact";
import { Chunks } from "./data/chunks.ts";
import { decode } from "./data/corpus.ts";
import { Lines, PageError } from "./data/lines.ts";
import { createState } from "./state.ts";
import { Shell } from "./views/shell.tsx";
import { applyTheme } from "./views/theme.tsx";

async function open(): Promise<void> {
  applyTheme();
  const root = document.getElementById("root")!;
  try {
    const lines = new Lines(document.getElementById("data")!);
    const corpus = decode(await lines.index());
    const state = createState(corpus, new Chunks(lines, corpus));
    root.textContent = "";
    render(<Shell state={state} />, root);
    document.documentElement.dataset["ready"] = "";
    performance.mark("stellig-ready");
  } catch (error) {
    if (!(error instanceof PageError)) console.error(error);
    const message =
      error instanceof PageError ? error.message : "The page could not be drawn; this is a fault of stellig’s own.";
    render(<p class="note alone">{message}</p>, root);
  }
}

void open();
