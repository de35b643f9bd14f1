// Claims as sentences in order of date, each with its marks and a link to its place in the article. A part of them at
// first, more on demand: every sentence has to be read from its chunk.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { HOLDERS, LANE_NAMES, LANES } from "../data/label.ts";
import { useLoaded } from "../parts/loading.tsx";
import { answers, SentenceScores, SentenceText } from "../parts/sentence.tsx";
import { number, Own, Sign } from "../parts/text.tsx";
import { tip } from "../parts/tip.tsx";
import type { Claim } from "../query/trail.ts";
import { Points } from "../text/points.ts";
import { spanWords } from "../time/date.ts";
import type { State } from "../state.ts";
import { addressOf } from "./order.ts";

const PART = 40;

export function Quotes({ state, claims }: { state: State; claims: readonly Claim[] }) {
  const [shown, setShown] = useState(PART);
  const list = useRef<HTMLOListElement>(null);
  // The last part takes the button away, and the focus with it: a reader with a keyboard goes on at the first claim of it.
  useLayoutEffect(() => {
    if (shown === PART || document.activeElement !== document.body) return;
    const next = list.current?.children[shown - 2 * PART];
    if (!(next instanceof HTMLElement)) return;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }, [shown]);
  let month = "";
  return (
    <>
      <ol class="quotes" ref={list}>
        {claims.slice(0, shown).map((claim) => {
          const date = spanWords(claim.date);
          const isNew = date !== month;
          month = date;
          return <Quote key={claim.sentence} state={state} claim={claim} date={date} isNew={isNew} />;
        })}
      </ol>
      {shown < claims.length && (
        <button type="button" class="more" onClick={() => setShown(shown + 2 * PART)}>
          Show {number(Math.min(2 * PART, claims.length - shown))} more of {number(claims.length - shown)}
        </button>
      )}
    </>
  );
}

async function read(state: State, claim: Claim) {
  const article = await state.chunks.article(claim.article);
  const sentence = claim.sentence - state.corpus.firstSentence[claim.article]!;
  return {
    part: article.sentences[sentence]!,
    entities: article.entities.filter((entity) => entity.sentence === sentence),
    points: new Points(article.text),
  };
}

function Quote({ state, claim, date, isNew }: { state: State; claim: Claim; date: string; isNew: boolean }) {
  const loaded = useLoaded(claim.sentence, () => read(state, claim));
  const lane = LANES[claim.lane]!;
  const sentence = claim.sentence - state.corpus.firstSentence[claim.article]!;
  const found = loaded && "value" in loaded ? loaded.value : null;
  const {
    "aria-describedby": describedBy,
    onFocus,
    onBlur,
    ...hover
  } = tip(() => (found ? <SentenceScores sentence={found.part} points={found.points} /> : null));
  return (
    <li class={isNew ? "quote new" : "quote"}>
      <span class={isNew ? "quote-date" : "quote-date same"}>{date}</span>
      <div class={`quote-body edge-${lane}`}>
        <p class="quote-label">
          <button
            type="button"
            class="plain"
            aria-describedby={describedBy}
            onFocus={onFocus}
            onBlur={onBlur}
            {...hover}
          >
            <Sign lane={lane} /> <b>{LANE_NAMES[lane]}</b>
          </button>{" "}
          <span class="faint">· {found ? answers(found.part, found.points) : HOLDERS[claim.holder]}</span>
        </p>
        {found && (
          <p class="quote-text" dir="auto">
            <SentenceText state={state} points={found.points} sentence={found.part} entities={found.entities} />
          </p>
        )}
        {loaded && "error" in loaded && <p class="note">{loaded.error}</p>}
        <p class="quote-from">
          <a href={state.link(addressOf(state, claim.article, sentence))}>
            <Own text={state.corpus.heading[claim.article]!} />
          </a>
        </p>
      </div>
    </li>
  );
}
