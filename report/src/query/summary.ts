// The selection in numbers. One way through the sentences counts all that the overview shows.

import type { Corpus, Runs } from "../data/corpus.ts";
import { holderOf, isClaim, laneOf, NOT_JUDGED } from "../data/label.ts";
import type { Grouping } from "../names/group.ts";
import { binOf, count, type Bins } from "../time/bins.ts";
import { IN, OUTSIDE, type Selection } from "./select.ts";

export interface Counted {
  /** A group of names, or a source. */
  number: number;
  count: number;
}

export interface Summary {
  articles: number;
  sentences: number;
  claims: number;
  /** Sentences that the model did not judge. */
  unjudged: number;
  lanes: number[];
  /** By holder: author, source, hearsay. */
  holders: number[];
  /** Per bar: articles, and claims by lane and by hearsay; inside the range of dates and outside it. */
  bars: {
    articles: number;
    outside: number;
    lanes: number[];
    claims: number;
    hearsay: number;
    outsideLanes: number[];
  }[];
  undated: number;
  /** Dated, but not to the bar. */
  coarse: number;
}

export function summarise(corpus: Corpus, bins: Bins | null, chosen: Selection): Summary {
  const bars: Summary["bars"] = Array.from({ length: bins ? count(bins) : 0 }, () => ({
    articles: 0,
    outside: 0,
    lanes: [0, 0, 0, 0, 0],
    claims: 0,
    hearsay: 0,
    outsideLanes: [0, 0, 0, 0, 0],
  }));
  const result: Summary = {
    articles: chosen.list.length,
    sentences: 0,
    claims: 0,
    unjudged: 0,
    lanes: [0, 0, 0, 0, 0],
    holders: [0, 0, 0],
    bars,
    undated: 0,
    coarse: 0,
  };
  for (let article = 0; article < corpus.id.length; article++) {
    const state = chosen.articles[article]!;
    if (state === 0) continue;
    const date = corpus.date[article]!;
    const bar = bins ? bars[binOf(bins, date)] : undefined;
    if (state === IN && !date) result.undated++;
    if (state === IN && date && !bar) result.coarse++;
    if (bar && state === IN) bar.articles++;
    if (bar && state === OUTSIDE) bar.outside++;
    for (let i = corpus.firstSentence[article]!; i < corpus.firstSentence[article + 1]!; i++) {
      if (chosen.sentences[i] === 0) continue;
      const label = corpus.label[i]!;
      if (state === IN) count1(result, label);
      if (!bar || !isClaim(label)) continue;
      if (state === OUTSIDE) bar.outsideLanes[laneOf(label)]!++;
      else {
        bar.lanes[laneOf(label)]!++;
        bar.claims++;
        if (holderOf(label) === 2) bar.hearsay++;
      }
    }
  }
  return result;
}

function count1(result: Summary, label: number): void {
  result.sentences++;
  if (label === NOT_JUDGED) result.unjudged++;
  if (!isClaim(label)) return;
  result.claims++;
  result.lanes[laneOf(label)]!++;
  result.holders[holderOf(label)]!++;
}

/** Mentions in the sentences that pass, by group; the most frequent first. */
export function namesCounted(corpus: Corpus, grouping: Grouping, chosen: Selection): Counted[] {
  const counts = new Uint32Array(grouping.groups.length);
  each(corpus.namesOf, chosen, (name) => counts[grouping.of[name]!]!++);
  return ordered(counts);
}

/** The same by name, whatever the grouping. */
export function spellingsCounted(corpus: Corpus, chosen: Selection | null): Uint32Array {
  const counts = new Uint32Array(corpus.nameText.length);
  each(corpus.namesOf, chosen, (name) => counts[name]!++);
  return counts;
}

/** Sentences that pass by their sources, those that search does not tell apart together; each counts once. */
export function sourcesCounted(corpus: Corpus, keys: readonly string[], chosen: Selection): Counted[] {
  const counts = new Uint32Array(corpus.sources.length);
  each(corpus.sourcesOf, chosen, (source) => counts[source]!++);
  const first = new Map<string, number>();
  const best = new Uint32Array(counts.length);
  const sums = new Uint32Array(counts.length);
  counts.forEach((found, source) => {
    if (found === 0) return;
    const one = first.get(keys[source]!) ?? source;
    if (one === source) {
      first.set(keys[source]!, source);
      best[source] = source;
    } else if (found > counts[best[one]!]!) best[one] = source;
  });
  // A sentence may name its source twice: "The police say that ..., according to the police".
  const last = new Int32Array(counts.length).fill(-1);
  each(corpus.sourcesOf, chosen, (source, row) => {
    const one = first.get(keys[source]!)!;
    if (last[one] === row) return;
    last[one] = row;
    sums[one]!++;
  });
  return ordered(sums).map(({ number, count }) => ({ number: best[number]!, count }));
}

function each(runs: Runs, chosen: Selection | null, found: (value: number, row: number) => void): void {
  for (let row = 0; row + 1 < runs.start.length; row++) {
    if (chosen && chosen.sentences[row] !== IN) continue;
    for (let at = runs.start[row]!; at < runs.start[row + 1]!; at++) found(runs.values[at]!, row);
  }
}

function ordered(counts: Uint32Array): Counted[] {
  const list: Counted[] = [];
  counts.forEach((count, number) => count > 0 && list.push({ number, count }));
  return list.sort((a, b) => b.count - a.count || a.number - b.number);
}

/** Claims of an article that pass, by lane. */
export function lanesOf(corpus: Corpus, chosen: Selection, article: number): number[] {
  const lanes = [0, 0, 0, 0, 0];
  for (let i = corpus.firstSentence[article]!; i < corpus.firstSentence[article + 1]!; i++) {
    const label = corpus.label[i]!;
    if (chosen.sentences[i] === IN && isClaim(label)) lanes[laneOf(label)]!++;
  }
  return lanes;
}
