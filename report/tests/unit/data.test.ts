// The index as columns, labels as numbers, offsets as code points, text that may be shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, runs } from "../../src/data/corpus.ts";
import { degreeOf, holderOf, isClaim, isNegative, laneOf } from "../../src/data/label.ts";
import { pieces } from "../../src/text/pieces.ts";
import { Points } from "../../src/text/points.ts";
import { line, shown } from "../../src/text/shown.ts";
import { corpus, index, label } from "./sample.ts";

test("a label says degree, polarity and holder, each by itself", () => {
  const seen = new Set<number>();
  for (let degree = 0; degree < 4; degree++) {
    for (let negative = 0; negative < 2; negative++) {
      for (let holder = 0; holder < 3; holder++) {
        const code = label(degree, negative, holder);
        seen.add(code);
        assert.deepEqual([degreeOf(code), isNegative(code), holderOf(code)], [degree, negative === 1, holder]);
        assert.equal(laneOf(code), negative ? 4 : degree);
        assert.ok(isClaim(code));
      }
    }
  }
  assert.deepEqual([seen.size, Math.min(...seen), Math.max(...seen)], [24, 1, 24]);
  assert.ok(!isClaim(0) && !isClaim(25));
});

test("an index becomes columns", () => {
  const found = corpus();
  assert.deepEqual([...found.firstSentence], [0, 2, 3, 5]);
  assert.deepEqual([...found.articleOf], [0, 0, 1, 2, 2]);
  assert.deepEqual([...found.chunkStart], [0, 2]);
  assert.deepEqual([...found.namesOf.start], [0, 2, 2, 4, 4, 5]);
  assert.deepEqual([...found.namesOf.values], [0, 2, 1, 1, 2]);
  assert.equal(found.date[2], null);
});

test("an index that is none, or at odds with itself, is refused", () => {
  assert.throws(() => decode(null), /version/);
  assert.throws(() => decode({ ...index(), version: 2 }), /version 2/);
  const odd = index();
  odd.sentences.label.pop();
  assert.throws(() => decode(odd), /5 sentences, 4 labels/);
  assert.throws(() => runs([1, 0, 0, 9], 2), /runs/);
});

test("code points are not UTF-16 units", () => {
  const text = "a🔥b𝔸ç\u0301 👨‍👩‍👧!";
  const points = new Points(text);
  const all = Array.from(text);
  for (let start = 0; start <= all.length; start++) {
    for (let end = start; end <= all.length; end++)
      assert.equal(points.slice(start, end), all.slice(start, end).join(""));
  }
  assert.equal(new Points("één").slice(1, 3), "én");
  assert.equal(new Points("kort").slice(2, 99), "rt");
  assert.equal(new Points("🔥").slice(0, 99), "🔥");
  assert.equal(new Points("").slice(0, 1), "");
});

test("a lone half of a character counts as one and is shown as a sign", () => {
  const points = new Points("a\ud83db🔥c");
  assert.equal(points.slice(4, 5), "c");
  assert.equal(shown("a\ud83db\udd25 🔥"), "a\ufffdb\ufffd 🔥");
});

test("controls are signs, one for one", () => {
  assert.equal(shown("a\u202eb\u2066c\u0007d\u0085"), "a\ufffdb\ufffdc\ufffdd\ufffd");
  assert.equal(line(" a\n\n b\t"), "a b");
});

test("a sentence is cut where its marks begin and end", () => {
  const span = (start: number, end: number) => ({ start, end, score: 1 });
  const entity = { ...span(6, 9), label: "PER", type: "PER", sentence: 0 };
  const sentence = {
    start: 0,
    end: 14,
    paragraph: 0,
    heading: false,
    source: [span(0, 9)],
    cues: [
      { ...span(10, 14), kind: "attribution" as const },
      { ...span(10, 14), kind: "certainty" as const },
    ],
  };
  const cut = pieces(new Points("agent 🔥🔥🔥 zegt."), sentence, [entity]);
  assert.equal(cut.flatMap((piece) => piece.runs.map((run) => run.text)).join(""), "agent 🔥🔥🔥 zegt");
  assert.deepEqual(
    cut.map((piece) => piece.entity?.label ?? null),
    [null, "PER", null],
  );
  assert.ok(cut[1]!.runs[0]!.source && cut[0]!.runs[0]!.source && !cut[2]!.runs[0]!.source);
  const last = cut[2]!.runs[1]!;
  assert.ok(last.attribution && last.certainty && last.text === "zegt");
});

test("spans that are broken cut nothing and lose nothing", () => {
  const sentence = {
    start: 2,
    end: 6,
    paragraph: 0,
    heading: false,
    source: [{ start: 0, end: 99, score: 1 }],
    cues: [],
  };
  const entities = [{ start: 5, end: 9, score: 1, label: "PER", type: "PER", sentence: 0 }];
  const cut = pieces(new Points("0123456789"), sentence, entities);
  assert.deepEqual(
    cut.map((piece) => [piece.entity, piece.runs.map((run) => run.text).join("")]),
    [[null, "2345"]],
  );
});
