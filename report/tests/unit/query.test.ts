// Filters, the address that keeps them, what is counted, and the marks of the trail.

import assert from "node:assert/strict";
import { test } from "node:test";
import { group } from "../../src/names/group.ts";
import { folded, nameNumbers, select, type Scope } from "../../src/query/select.ts";
import { namesCounted, sourcesCounted, summarise } from "../../src/query/summary.ts";
import { markKey, marksOf, markTest, middleDay, trailOf } from "../../src/query/trail.ts";
import { cleared, FIRST, fromHash, joined, toHash, type View } from "../../src/query/view.ts";
import { fold, terms } from "../../src/text/fold.ts";
import { binsFor } from "../../src/time/bins.ts";
import { decode } from "../../src/data/corpus.ts";
import { corpus as sample, index } from "./sample.ts";

const corpus = sample();
const names = { text: corpus.nameText, label: corpus.nameLabel };
const grouping = group(names, [1, 1, 1], new Set());
const scope: Scope = { corpus, grouping, folded: folded(corpus), nameNumbers: nameNumbers(corpus), inText: null };

function left(change: Partial<View>, inText: Uint8Array | null = null) {
  const found = select({ ...scope, inText }, { ...FIRST, ...change });
  return [found.list, [...found.sentences].flatMap((state, i) => (state === 2 ? [i] : []))];
}

test("each filter leaves what it says", () => {
  assert.deepEqual(left({}), [
    [0, 1, 2],
    [0, 1, 2, 3, 4],
  ]);
  assert.deepEqual(left({ certainty: ["possible"] }), [[0], [0]]);
  assert.deepEqual(left({ polarity: "negative" }), [[1], [2]]);
  assert.deepEqual(left({ polarity: "positive" }), [
    [0, 2],
    [0, 4],
  ]);
  assert.deepEqual(left({ holders: ["author", "hearsay"] }), [
    [0, 2],
    [0, 4],
  ]);
  assert.deepEqual(left({ score: 87 }), [
    [0, 1],
    [0, 2],
  ]);
  assert.deepEqual(left({ sources: ["DE POLITIE"] }), [
    [1, 2],
    [2, 4],
  ]);
  assert.deepEqual(left({ languages: ["?"] }), [[2], [3, 4]]);
  assert.deepEqual(left({ undated: true }), [[2], [3, 4]]);
  assert.deepEqual(left({ from: "2017-06", to: "2017-06" }), [[0], [0, 1]]);
  assert.deepEqual(left({ from: "2017-07" }), [[1], [2]]);
  assert.deepEqual(left({ from: "soon" }), left({}));
});

test("an entity stands for all its spellings; several are any or all of them", () => {
  assert.deepEqual(left({ entities: ["PER~Osman"] }), [
    [0, 1],
    [0, 2],
  ]);
  assert.deepEqual(left({ entities: ["PER~Karim Osman", "LOC~Malta"] }), [
    [0, 1, 2],
    [0, 2, 4],
  ]);
  assert.deepEqual(left({ entities: ["PER~Karim Osman", "LOC~Malta"], all: true }), [[0], [0]]);
  assert.deepEqual(left({ entities: ["PER~Nobody"] }), [[], []]);
  assert.deepEqual(left({ entities: ["PER~Nobody", "PER~Osman"], all: true }), [[], []]);
});

test("filters about sentences hold in one and the same", () => {
  assert.deepEqual(left({ certainty: ["uncommitted"], entities: ["PER~Osman"] }), [[], []]);
  assert.deepEqual(left({ certainty: ["possible"], entities: ["PER~Osman"] }), [[0], [0]]);
});

test("words are looked for in titles, names and sources, each somewhere", () => {
  assert.deepEqual(left({ text: "een TITEL" })[0], [0]);
  assert.deepEqual(left({ text: "osman tweede" })[0], [1]);
  assert.deepEqual(left({ text: "osman derde" })[0], [2]);
  assert.deepEqual(left({ text: "malta tweede" })[0], []);
  assert.deepEqual(left({ text: "politie derde" })[0], [2]);
  assert.deepEqual(left({ text: "regen", full: true }, Uint8Array.from([0, 1, 0]))[0], [1]);
  assert.deepEqual(left({ text: "regen" }, Uint8Array.from([0, 1, 0]))[0], []);
  assert.deepEqual(terms('één  "twee  drie" vier'), ["een", "twee drie", "vier"]);
  assert.equal(fold("STRAẞE Łódź İstanbul"), "strasse lodz istanbul");
  assert.equal(fold("\u{feff}Mark Rut\u{ad}te \u{200e}Sy\u{200d}rië"), "mark rutte syrie");
});

test("the address keeps every part of a view", () => {
  const view: View = {
    page: "trail",
    text: "a & b=#?%",
    full: true,
    entities: ["PER~O'Neill ~ x", "LOC~'s-Gravenhage"],
    all: true,
    sources: ['de "politie"'],
    certainty: ["probable", "uncommitted"],
    polarity: "negative",
    holders: ["hearsay"],
    from: "2017-06",
    to: "2018",
    undated: true,
    languages: ["nl", "?"],
    score: 75,
    article: "x<y>",
    nth: 2,
    sentence: 0,
    sort: "newest",
    counts: true,
    grouped: false,
    split: ["PER~Bagdadi"],
    mark: "2017-06-01~2017-06-30~possible~source",
  };
  assert.deepEqual(fromHash(toHash(view)), view);
  assert.equal(toHash(FIRST), "#");
  assert.deepEqual(fromHash(""), FIRST);
  assert.deepEqual(fromHash("#page=none&score=101&certainty=sure&holders=&sentence=-4&polarity=x&sort=up"), FIRST);
  const clean = cleared(view);
  assert.deepEqual([clean.page, clean.article, clean.text, clean.entities, clean.score], ["trail", "x<y>", "", [], 0]);
});

test("a name in the address is the index's: white space as Rust knows it", () => {
  assert.equal(joined("\n Karim\u{a0}\r\nOsman\u{85}"), "Karim Osman");
  assert.equal(joined("\u{feff}Karim Osman"), "\u{feff}Karim Osman");
});

test("counts follow the selection, and the charts show what lies outside the range apart", () => {
  const bins = binsFor(corpus.date);
  const all = summarise(corpus, bins, select(scope, FIRST));
  assert.deepEqual(
    [all.articles, all.sentences, all.claims, all.unjudged, all.undated, all.coarse],
    [3, 5, 3, 1, 1, 0],
  );
  assert.deepEqual(
    [all.lanes, all.holders],
    [
      [0, 0, 1, 1, 1],
      [1, 1, 1],
    ],
  );
  const june = select(scope, { ...FIRST, from: "2017-06", to: "2017-06" });
  const summary = summarise(corpus, bins, june);
  assert.deepEqual([summary.articles, summary.claims], [1, 1]);
  const months = summary.bars.filter((bar) => bar.articles + bar.outside > 0);
  assert.deepEqual(
    months.map((bar) => [bar.articles, bar.outside, bar.outsideLanes[4]]),
    bins!.unit === "month"
      ? [
          [1, 0, 0],
          [0, 1, 1],
        ]
      : [[1, 0, 0]],
  );
  assert.deepEqual(
    namesCounted(corpus, grouping, june).map(({ number, count }) => [
      corpus.nameText[grouping.groups[number]!.name],
      count,
    ]),
    [
      ["Karim Osman", 1],
      ["Malta", 1],
    ],
  );
  const sources = sourcesCounted(corpus, folded(corpus).sources, select(scope, FIRST));
  assert.deepEqual(
    sources.map(({ number, count }) => [corpus.sources[number], count]),
    [
      ["De politie", 2],
      ["Osman", 1],
    ],
  );
  // A sentence that names its source twice, in two spellings, is one sentence.
  const twice = decode({ ...index(), sentences: { ...index().sentences, sources: [0, 0, 2, 0, 1, 0, 1, 2] } });
  const once = sourcesCounted(twice, folded(twice).sources, select({ ...scope, corpus: twice }, FIRST));
  assert.deepEqual(
    once.map(({ number, count }) => [number, count]),
    [
      [0, 1],
      [2, 1],
    ],
  );
});

test("a trail is in order of time, and its marks hold every claim once", () => {
  const { claims, undated, unjudged } = trailOf(corpus, select(scope, FIRST));
  assert.deepEqual(
    claims.map(({ sentence, lane, holder }) => [sentence, lane, holder]),
    [
      [0, 2, 2],
      [2, 4, 1],
      [4, 3, 0],
    ],
  );
  assert.deepEqual([undated, unjudged], [1, 1]);
  const place = (claim: (typeof claims)[number]) => claim.sentence * 5;
  assert.deepEqual(
    marksOf(claims, place, 12).map((mark) => [mark.x, mark.claims.length]),
    [
      [5, 2],
      [20, 1],
    ],
  );
  assert.deepEqual(
    marksOf(claims, place, 1).map((mark) => mark.x),
    [0, 10, 20],
  );
  const mark = marksOf(claims.slice(0, 1), place, 20)[0]!;
  const test = markTest(markKey(mark))!;
  assert.deepEqual(claims.filter(test), mark.claims);
  // A claim of a whole month stands in its middle, and takes in no claim of a day at its start.
  const whole = { ...claims[0]!, date: { first: claims[0]!.date!.first, last: claims[0]!.date!.first + 30 } };
  const inMonth = markTest(markKey({ x: 0, claims: [whole as (typeof claims)[0]] }))!;
  assert.deepEqual([inMonth(whole as (typeof claims)[0]), inMonth(claims[0]!)], [true, false]);
  // A month with an even number of days has its middle between two, and stands with the claims of the first.
  const { first } = claims[0]!.date!;
  const dated = [
    { first, last: first },
    { first: first - 14, last: first + 15 },
  ].map((date) => ({ ...claims[0]!, date: { ...claims[0]!.date!, ...date } }));
  assert.equal(marksOf(dated, (claim) => 50 * middleDay(claim.date!), 22).length, 1);
  for (const wrong of ["", "~~~", "2017-06~2017-07~sure~author", "x~y~possible~author"])
    assert.equal(markTest(wrong), null);
});
