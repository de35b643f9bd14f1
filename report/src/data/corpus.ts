// The index of the page as columns: what every view counts over, without an article being opened.
// Sentences of all articles stand one after the other; positions in `names` and `sources` are numbers into their lists.

import { parseDate, type DateSpan } from "../time/date.ts";
import { PageError } from "./lines.ts";

/** The last line of the data, as `src/report` in Rust writes it. */
export interface Index {
  version: number;
  title: string | null;
  stellig: string;
  models: { entities: string | null; claims: string | null }[];
  chunks: [number, number][];
  languages: (string | null)[];
  articles: {
    id: string[];
    title: string[];
    date: (string | null)[];
    language: number[];
    chunk: number[];
    sentences: number[];
    words: number[];
  };
  names: { text: string[]; label: string[] };
  sources: string[];
  sentences: { label: number[]; score: number[]; sources: number[]; names: number[] };
  failures: Failure[];
}

export interface Failure {
  id: string;
  path?: string | null;
  kind: string;
  message: string;
}

/** Numbers that belong to a row: those of row `i` are `values[start[i]..start[i + 1]]`. */
export interface Runs {
  start: Uint32Array;
  values: Uint32Array;
}

export interface Corpus {
  title: string | null;
  version: string;
  models: Index["models"];
  chunks: Index["chunks"];
  languages: (string | null)[];
  id: string[];
  heading: string[];
  date: (DateSpan | null)[];
  language: Uint16Array;
  chunk: Uint32Array;
  words: Uint32Array;
  /** Number of the first article of the article's chunk: where it stands inside is the difference. */
  chunkStart: Uint32Array;
  /** Number of the article's first sentence; one more than there are articles. */
  firstSentence: Uint32Array;
  articleOf: Uint32Array;
  label: Uint8Array;
  score: Uint8Array;
  sourcesOf: Runs;
  namesOf: Runs;
  nameText: string[];
  nameLabel: string[];
  sources: string[];
  failures: Failure[];
}

/** Checks and decodes the index. */
export function decode(value: unknown): Corpus {
  const index = value as Index;
  if (index?.version !== 1) {
    throw new PageError(`The page's data has version ${String(index?.version)}, which this page cannot read.`);
  }
  const { articles, sentences } = index;
  const count = articles.id.length;
  const firstSentence = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) firstSentence[i + 1] = firstSentence[i]! + articles.sentences[i]!;
  const total = firstSentence[count]!;
  if (sentences.label.length !== total || sentences.score.length !== total) {
    throw new PageError(
      `The page's data is at odds with itself: ${total} sentences, ${sentences.label.length} labels.`,
    );
  }
  const articleOf = new Uint32Array(total);
  for (let i = 0; i < count; i++) articleOf.fill(i, firstSentence[i], firstSentence[i + 1]);
  const chunkStart = new Uint32Array(index.chunks.length);
  for (let i = count - 1; i >= 0; i--) chunkStart[articles.chunk[i]!] = i;
  return {
    title: index.title,
    version: index.stellig,
    models: index.models,
    chunks: index.chunks,
    languages: index.languages,
    id: articles.id,
    heading: articles.title,
    date: articles.date.map(parseDate),
    language: Uint16Array.from(articles.language),
    chunk: Uint32Array.from(articles.chunk),
    words: Uint32Array.from(articles.words),
    chunkStart,
    firstSentence,
    articleOf,
    label: Uint8Array.from(sentences.label),
    score: Uint8Array.from(sentences.score),
    sourcesOf: runs(sentences.sources, total),
    namesOf: runs(sentences.names, total),
    nameText: index.names.text,
    nameLabel: index.names.label,
    sources: index.sources,
    failures: index.failures,
  };
}

/** Flat runs: for each row a count, then that many numbers. */
export function runs(flat: number[], rows: number): Runs {
  const start = new Uint32Array(rows + 1);
  const values = new Uint32Array(Math.max(0, flat.length - rows));
  let at = 0;
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const count = flat[at++] ?? 0;
    for (let i = 0; i < count; i++) values[end++] = flat[at++]!;
    start[row + 1] = end;
  }
  if (at !== flat.length) throw new PageError("The page's data is at odds with itself: runs of another length.");
  return { start, values };
}
