// Words in the full texts: a way through all chunks in the background, with progress, that can be given up. Nothing of
// what was read is kept but which articles hold the words.

import { signal } from "@preact/signals";
import type { Chunks } from "../data/chunks.ts";
import type { Corpus } from "../data/corpus.ts";
import { fold, terms } from "../text/fold.ts";

export interface Search {
  query: string;
  done: number;
  total: number;
  state: "running" | "stopped" | "finished";
  /** Chunks that could not be read. */
  unread: number;
  /** For each article whether all words stand in its text. */
  found: Uint8Array;
}

export const search = signal<Search | null>(null);

let turn = 0;

/** Starts a search, in place of the one that runs. */
export async function start(corpus: Corpus, chunks: Chunks, query: string): Promise<void> {
  const words = terms(query);
  const mine = ++turn;
  const found = new Uint8Array(corpus.id.length);
  const total = corpus.chunks.length;
  let unread = 0;
  const report = (done: number, state: Search["state"]) =>
    (search.value = { query, done, total, state, found, unread });
  if (words.length === 0) {
    search.value = null;
    return;
  }
  report(0, "running");
  let shown = performance.now();
  for (let chunk = 0; chunk < total; chunk++) {
    const articles = await chunks.read(chunk).catch(() => {
      unread++;
      return [];
    });
    if (mine !== turn) return;
    articles.forEach((article, i) => {
      const text = fold(article.text).replace(/\s+/g, " ");
      if (words.every((word) => text.includes(word))) found[corpus.chunkStart[chunk]! + i] = 1;
    });
    if (chunk + 1 < total && performance.now() - shown > 200) {
      report(chunk + 1, "running");
      // Lets the page answer before the next part.
      await new Promise((resolve) => setTimeout(resolve));
      if (mine !== turn) return;
      shown = performance.now();
    }
  }
  report(total, "finished");
}

/** Gives the search up; what was found so far stays. */
export function stop(): void {
  turn++;
  if (search.value?.state === "running") search.value = { ...search.value, state: "stopped" };
}

/** Forgets it. */
export function forget(): void {
  turn++;
  search.value = null;
}
