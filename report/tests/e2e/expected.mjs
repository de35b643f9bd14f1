// What a filter leaves of the fixture, counted from the labels themselves, record by record.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { FIXTURE } from "./page.mjs";

export const records = readFileSync(FIXTURE, "utf8")
  .trim()
  .split("\n")
  .map((text) => JSON.parse(text))
  .filter((one) => one.text && !one.error);

export const named = (record, i, ...names) =>
  record.entities.some((one) => one.sentence === i && names.includes(one.text));

/** Articles and sentences that hold what `test` says of a sentence. */
export function expected(test, ofArticle = () => true) {
  let [articles, sentences] = [0, 0];
  for (const record of records.filter(ofArticle)) {
    const found = record.sentences.filter((sentence, i) => test(sentence, record, i)).length;
    if (found > 0) articles++;
    sentences += found;
  }
  assert.ok(sentences > 0, "the fixture holds such a sentence");
  return { articles, sentences };
}

/** Filters by sentence: the view, what holds of a sentence, and of its article. */
export const OF_SENTENCES = {
  certainty: [{ certainty: "possible" }, (s) => s.certainty?.label === "possible"],
  "two degrees": [
    { certainty: ["probable", "uncommitted"] },
    (s) => ["probable", "uncommitted"].includes(s.certainty?.label),
  ],
  polarity: [{ polarity: "negative" }, (s) => s.polarity?.label === "negative"],
  "what is said to hold": [{ polarity: "positive" }, (s) => s.polarity?.label === "positive"],
  holder: [{ holders: "hearsay" }, (s) => s.holder?.label === "hearsay"],
  score: [{ score: "85" }, (s) => s.certainty && Math.round(s.certainty.score * 100) >= 85],
  source: [{ sources: "De politie" }, (s) => s.source.some((one) => one.text.toLowerCase() === "de politie")],
  entity: [{ entities: "PER~Anna Jansen" }, (s, r, i) => named(r, i, "Anna Jansen")],
  "entity in all its spellings": [
    { entities: "PER~Tarik al-Ghazouli" },
    (s, r, i) => named(r, i, "Tarik al-Ghazouli", "Tariq al-Ghazuli", "Tarik Al-Ghazoeli", "Tarek al-Ghazouli"),
  ],
  "entity without grouping": [
    { entities: "PER~Tarik al-Ghazouli", grouped: "0" },
    (s, r, i) => named(r, i, "Tarik al-Ghazouli"),
  ],
  "entity with a spelling split off": [
    { entities: "PER~Tarik al-Ghazouli", split: "PER~Tariq al-Ghazuli" },
    (s, r, i) => named(r, i, "Tarik al-Ghazouli", "Tarik Al-Ghazoeli", "Tarek al-Ghazouli"),
  ],
  "either entity": [
    { entities: ["PER~Anna Jansen", "LOC~Malta"] },
    (s, r, i) => named(r, i, "Anna Jansen") || named(r, i, "Malta"),
  ],
  "both entities": [
    { entities: ["PER~Anna Jansen", "PER~Tarik al-Ghazouli"], all: "1" },
    (s, r, i) => named(r, i, "Anna Jansen") && named(r, i, "Tarik Al-Ghazoeli", "Tarik al-Ghazouli"),
  ],
  "several at once": [
    { certainty: "certain", polarity: "negative", holders: "source", from: "2021-03", to: "2021-03" },
    (s) => s.factuality === "CT-" && s.holder.label === "source",
    (r) => r.date?.startsWith("2021-03"),
  ],
};

const words = (record) =>
  [
    record.id,
    record.text.split("\n")[0],
    ...record.entities.map((one) => one.text),
    ...record.sentences.flatMap((s) => s.source.map((one) => one.text)),
  ]
    .join("\n")
    .toLowerCase();
/** Filters by article: the view, and what holds of the article. */
export const OF_ARTICLES = {
  month: [{ from: "2021-04", to: "2021-04" }, (r) => r.date?.startsWith("2021-04")],
  day: [{ from: "2021-03-02", to: "2021-03-09" }, (r) => ["2021-03-02", "2021-03-09"].includes(r.date)],
  year: [{ from: "2021", to: "2021" }, (r) => r.date !== null],
  "no date": [{ undated: "1" }, (r) => r.date === null],
  language: [{ languages: ["en", "fr"] }, (r) => ["en", "fr"].includes(r.language)],
  "unknown language": [{ languages: "?" }, (r) => r.language === null],
  words: [{ text: "JANSEN politie" }, (r) => words(r).includes("jansen") && words(r).includes("politie")],
  "words in the id": [{ text: "lantern" }, (r) => words(r).includes("lantern")],
  "words in the full text": [{ text: "sporen OR paraplu", full: "1" }, () => false],
  "a word of the full text": [{ text: "paraplu", full: "1" }, (r) => r.text.includes("paraplu")],
  "a phrase of the full text": [{ text: '"onder een andere naam" of', full: "1" }, () => false],
};
