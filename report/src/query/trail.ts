// The claims about the chosen entities in order of time, and the marks that stand for them: claims of one lane and one
// holder that would lie on top of each other are one mark.

import type { Corpus } from "../data/corpus.ts";
import { holderOf, HOLDERS, isClaim, laneOf, LANES, NOT_JUDGED, type Holder, type Lane } from "../data/label.ts";
import { iso, parseDate, type DateSpan } from "../time/date.ts";
import { IN, type Selection } from "./select.ts";

export interface Claim {
  sentence: number;
  article: number;
  lane: number;
  holder: number;
  date: DateSpan | null;
}

export interface Trail {
  /** By date, then in the order of the articles; those without a date last. */
  claims: Claim[];
  undated: number;
  /** Sentences that name the entities and were not judged. */
  unjudged: number;
}

export function trailOf(corpus: Corpus, chosen: Selection): Trail {
  const claims: Claim[] = [];
  let unjudged = 0;
  for (const article of chosen.list) {
    const date = corpus.date[article]!;
    for (let sentence = corpus.firstSentence[article]!; sentence < corpus.firstSentence[article + 1]!; sentence++) {
      if (chosen.sentences[sentence] !== IN) continue;
      const label = corpus.label[sentence]!;
      if (isClaim(label)) claims.push({ sentence, article, lane: laneOf(label), holder: holderOf(label), date });
      else if (label === NOT_JUDGED) unjudged++;
    }
  }
  const middle = (claim: Claim) => (claim.date ? (claim.date.first + claim.date.last) / 2 : Infinity);
  claims.sort((a, b) => (middle(a) === middle(b) ? a.sentence - b.sentence : middle(a) - middle(b)));
  return { claims, undated: claims.filter((claim) => !claim.date).length, unjudged };
}

export interface Mark {
  /** Where it is drawn, in the units of `place`. */
  x: number;
  claims: Claim[];
}

/**
 * The marks of one lane and one holder, their claims in order of place: a claim joins the mark before it where it lies
 * closer than `room`. A mark stands in the middle of its claims, so no two marks stand closer than that.
 */
export function marksOf(claims: readonly Claim[], place: (claim: Claim) => number, room: number): Mark[] {
  const marks: Mark[] = [];
  for (const claim of claims) {
    const x = place(claim);
    const last = marks[marks.length - 1];
    if (last && x - last.x < room) {
      last.x = (last.x * last.claims.length + x) / (last.claims.length + 1);
      last.claims.push(claim);
    } else marks.push({ x, claims: [claim] });
  }
  return marks;
}

/** The day in the middle of a date, where the claim stands: of a month or a year it lies far from both ends. */
export const middleDay = (date: DateSpan) => Math.floor((date.first + date.last) / 2);

/** A mark as it stands in the address, by the middles of its dates: `2017-06-01~2017-06-30~possible~source`. */
export function markKey(mark: Mark): string {
  let [first, last] = [Infinity, -Infinity];
  for (const { date } of mark.claims) {
    if (date) [first, last] = [Math.min(first, middleDay(date)), Math.max(last, middleDay(date))];
  }
  const { lane, holder } = mark.claims[0]!;
  return [iso(first, "day"), iso(last, "day"), LANES[lane], HOLDERS[holder]].join("~");
}

/** Whether a claim belongs to the mark; null for a text that is none. */
export function markTest(key: string): ((claim: Claim) => boolean) | null {
  const [from, to, lane, holder] = key.split("~");
  const [first, last] = [parseDate(from), parseDate(to)];
  const laneNumber = LANES.indexOf(lane as Lane);
  const holderNumber = HOLDERS.indexOf(holder as Holder);
  if (!first || !last || laneNumber < 0 || holderNumber < 0) return null;
  return ({ date, lane, holder }) =>
    lane === laneNumber &&
    holder === holderNumber &&
    date !== null &&
    middleDay(date) >= first.first &&
    middleDay(date) <= last.last;
}
