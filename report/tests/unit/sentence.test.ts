// What is said of a sentence in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cue, SentencePart } from "../../src/data/chunks.ts";
import { answers } from "../../src/parts/sentence.tsx";
import { Points } from "../../src/text/points.ts";

test("each cue and source is named once, also where two begin with the same word", () => {
  const text = "De bank ontkent dat zij iets wist.";
  const cue = (kind: Cue["kind"], end: number): Cue => ({ kind, start: 8, end, score: 0.9 });
  const sentence: SentencePart = {
    start: 0,
    end: text.length,
    paragraph: 0,
    heading: false,
    holder: { label: "source", score: 0.9 },
    source: [
      { start: 0, end: 7, score: 0.9 },
      { start: 0, end: 7, score: 0.8 },
    ],
    cues: [cue("attribution", 15), cue("certainty", 15), cue("certainty", 19)],
  };
  assert.equal(answers(sentence, new Points(text)), "source: De bank · cues: ontkent, ontkent dat");
});
