// What of the corpus passes the filters. Words, dates and languages are about an article; all else is about a sentence,
// and must hold in one and the same: "possible" and "Osman" leave the sentences that name Osman in a possible claim.
// The range of dates is judged last, since the charts over time show also what lies outside it.

import type { Corpus } from "../data/corpus.ts";
import { degreeOf, DEGREES, HOLDERS, holderOf, isClaim, isNegative } from "../data/label.ts";
import type { Grouping } from "../names/group.ts";
import { fold, terms } from "../text/fold.ts";
import { parseDate, within } from "../time/date.ts";
import { splitKey, type Filters } from "./view.ts";

/** Passes all. */
export const IN = 2;
/** Passes all but the range of dates. */
export const OUTSIDE = 1;

export interface Selection {
  /** For each sentence: 0, `OUTSIDE` or `IN`. */
  sentences: Uint8Array;
  /** For each article the same; it passes with a sentence that does, or without a filter about sentences by itself. */
  articles: Uint8Array;
  /** Numbers of the articles that pass. */
  list: number[];
  /** Sentences that pass, of each article. */
  hits: Uint32Array;
  /** Whether a filter is about sentences. */
  narrow: boolean;
}

/** What is searched, without what search does not tell apart: "De politie" and "de politie" are one source. */
export interface Folded {
  articles: readonly string[];
  names: readonly string[];
  sources: readonly string[];
}

export function folded(corpus: Corpus): Folded {
  return {
    articles: corpus.heading.map((heading, i) => fold(`${heading}\n${corpus.id[i]}`)),
    names: corpus.nameText.map(fold),
    sources: corpus.sources.map(fold),
  };
}

export interface Scope {
  corpus: Corpus;
  grouping: Grouping;
  folded: Folded;
  /** Name by `PER~Karim Osman`. */
  nameNumbers: ReadonlyMap<string, number>;
  /** For each article whether the words stand in its full text; null where that was not searched. */
  inText: Uint8Array | null;
}

export function select(scope: Scope, filters: Filters): Selection {
  const { corpus } = scope;
  const articles = articlesOf(scope, filters);
  const passes = sentenceTest(scope, filters);
  const count = corpus.id.length;
  const sentences = new Uint8Array(corpus.label.length);
  const hits = new Uint32Array(count);
  const list: number[] = [];
  for (let article = 0; article < count; article++) {
    const state = articles[article]!;
    if (state === 0) continue;
    const end = corpus.firstSentence[article + 1]!;
    let found = 0;
    for (let i = corpus.firstSentence[article]!; i < end; i++) {
      if (passes && !passes(i)) continue;
      sentences[i] = state;
      found++;
    }
    if (passes && found === 0) articles[article] = 0;
    else if (state === IN) list.push(article);
    hits[article] = found;
  }
  return { sentences, articles, list, hits, narrow: passes !== null };
}

function articlesOf({ corpus, inText, folded }: Scope, filters: Filters): Uint8Array {
  const states = new Uint8Array(corpus.id.length).fill(IN);
  const languages = new Set(filters.languages);
  const spoken = corpus.languages.map((language) => languages.size === 0 || languages.has(language ?? "?"));
  // A date that is none is no bound, rather than one that nothing passes.
  const from = parseDate(filters.from)?.first ?? -Infinity;
  const to = parseDate(filters.to)?.last ?? Infinity;
  const bounded = from > -Infinity || to < Infinity;
  for (let i = 0; i < states.length; i++) {
    const date = corpus.date[i]!;
    if (!spoken[corpus.language[i]!] || (filters.undated && date)) states[i] = 0;
    else if (bounded && !(date && within(date, from, to))) states[i] = OUTSIDE;
  }
  for (const [i, found] of wordsFound(corpus, folded, terms(filters.text)).entries()) {
    if (!found && !(filters.full && inText?.[i])) states[i] = 0;
  }
  return states;
}

/** For each article whether each of the words stands in its title, id, names or sources; nothing without words. */
function wordsFound(corpus: Corpus, folded: Folded, words: string[]): Uint8Array {
  if (words.length === 0) return new Uint8Array(0);
  const count = corpus.id.length;
  const all = new Uint8Array(count).fill(1);
  for (const word of words) {
    const holds = (text: string) => text.includes(word);
    const here = Uint8Array.from(folded.articles, (text) => (holds(text) ? 1 : 0));
    mark(here, corpus.namesOf, folded.names.map(holds), corpus.articleOf);
    mark(here, corpus.sourcesOf, folded.sources.map(holds), corpus.articleOf);
    for (let i = 0; i < count; i++) all[i]! &= here[i]!;
  }
  return all;
}

function mark(articles: Uint8Array, runs: Corpus["namesOf"], found: boolean[], articleOf: Uint32Array): void {
  for (let row = 0; row < articleOf.length; row++) {
    for (let at = runs.start[row]!; at < runs.start[row + 1]!; at++) {
      if (found[runs.values[at]!]) articles[articleOf[row]!] = 1;
    }
  }
}

/** Whether a sentence passes; null without a filter about sentences. */
function sentenceTest(scope: Scope, filters: Filters): ((sentence: number) => boolean) | null {
  const { corpus } = scope;
  const tests: ((sentence: number) => boolean)[] = [];
  const labels = labelsOf(filters);
  if (labels) tests.push((i) => labels[corpus.label[i]!] === 1);
  if (filters.score > 0) tests.push((i) => isClaim(corpus.label[i]!) && corpus.score[i]! >= filters.score);
  if (filters.sources.length > 0) {
    const wanted = new Set(filters.sources.map(fold));
    const found = scope.folded.sources.map((key) => wanted.has(key));
    tests.push((i) => some(corpus.sourcesOf, i, (source) => found[source]!));
  }
  if (filters.entities.length > 0) tests.push(entityTest(scope, filters));
  return tests.length === 0 ? null : (sentence) => tests.every((test) => test(sentence));
}

function labelsOf(filters: Filters): Uint8Array | null {
  if (filters.certainty.length + filters.holders.length === 0 && filters.polarity === "") return null;
  const labels = new Uint8Array(26);
  for (let label = 1; label <= 24; label++) {
    const fits =
      (filters.certainty.length === 0 || filters.certainty.includes(DEGREES[degreeOf(label)]!)) &&
      (filters.holders.length === 0 || filters.holders.includes(HOLDERS[holderOf(label)]!)) &&
      (filters.polarity === "" || isNegative(label) === (filters.polarity === "negative"));
    labels[label] = fits ? 1 : 0;
  }
  return labels;
}

function entityTest({ corpus, grouping, nameNumbers }: Scope, filters: Filters): (sentence: number) => boolean {
  const wanted = filters.entities.map((key) => {
    const name = nameNumbers.get(key);
    return name === undefined ? -1 : grouping.of[name]!;
  });
  const isNamed = (sentence: number) => (group: number) =>
    some(corpus.namesOf, sentence, (name) => grouping.of[name] === group);
  return filters.all
    ? (sentence) => wanted.every(isNamed(sentence))
    : (sentence) => some(corpus.namesOf, sentence, (name) => wanted.includes(grouping.of[name]!));
}

function some(runs: Corpus["namesOf"], row: number, test: (value: number) => boolean): boolean {
  for (let at = runs.start[row]!; at < runs.start[row + 1]!; at++) if (test(runs.values[at]!)) return true;
  return false;
}

/** All names of a corpus by their key in the address. */
export function nameNumbers(corpus: Corpus): Map<string, number> {
  return new Map(corpus.nameText.map((text, i) => [`${corpus.nameLabel[i]}~${text}`, i]));
}

/** What the reader of a chip is told. */
export function entityName(
  corpus: Corpus,
  grouping: Grouping,
  numbers: ReadonlyMap<string, number>,
  key: string,
): string {
  const name = numbers.get(key);
  return name === undefined ? splitKey(key).text : corpus.nameText[grouping.groups[grouping.of[name]!]!.name]!;
}
