// A small corpus by hand: three articles, two months, a name in two spellings.

import { decode, type Corpus, type Index } from "../../src/data/corpus.ts";

/** A label as Rust writes it. */
export function label(degree: number, negative: number, holder: number): number {
  return 1 + (degree * 2 + negative) * 3 + holder;
}

export function index(): Index {
  return {
    version: 1,
    title: "T",
    stellig: "0.1.0",
    models: [{ entities: "m@0", claims: "m@0" }],
    chunks: [
      [0, 10],
      [11, 10],
    ],
    languages: ["nl", null],
    articles: {
      id: ["a", "b", "c"],
      title: ["Één titel", "Tweede", "Derde"],
      date: ["2017-06-14", "2017-07", null],
      language: [0, 0, 1],
      chunk: [0, 0, 1],
      sentences: [2, 1, 2],
      words: [10, 20, 30],
    },
    names: { text: ["Karim Osman", "Osman", "Malta"], label: ["PER", "PER", "LOC"] },
    sources: ["De politie", "de politie", "Osman"],
    sentences: {
      label: [label(2, 0, 2), 0, label(0, 1, 1), 25, label(3, 0, 0)],
      score: [87, 0, 95, 0, 50],
      sources: [0, 0, 1, 0, 1, 2, 1, 1],
      names: [2, 0, 2, 0, 2, 1, 1, 0, 1, 2],
    },
    failures: [],
  };
}

export function corpus(): Corpus {
  return decode(index());
}
