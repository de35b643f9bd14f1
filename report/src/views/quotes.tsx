// Claims as sentences in order of date, each with its marks and a link to its place in the article. A part of them at
// first, more on demand: every sentence has to be read from its chunk. A printer waits for nothing that is read, so paper
// gets what is shown and says how much that is.

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
/** What may be shown at one blow. */
const ALL = 1000;

export function Quotes({ state, claims }: { state: State; claims: readonly Claim[] }) {
  const [[before, shown], setShown] = useState([0, PART]);
  const rest = claims.length - shown;
  const show = (more: number) => setShown([shown, shown + more]);
  const list = useRef<HTMLOListElement>(null);
  // The last part takes the button away, and the focus with it: a reader with a keyboard goes on at the first claim of it.
  useLayoutEffect(() => {
    if (before === 0 || document.activeElement !== document.body) return;
    const next = list.current?.children[before];
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
      {rest > 0 && (
        <p class="mores">
          <button type="button" class="more" onClick={() => show(2 * PART)}>
            Show {number(Math.min(2 * PART, rest))} more of {number(rest)}
          </button>{" "}
          {rest > 2 * PART && rest <= ALL && (
            <button type="button" class="more" onClick={() => show(rest)}>
              Show all {number(rest)}
            </button>
          )}
        </p>
      )}
      {rest > 0 && (
        <p class="on-paper">
          The first {number(shown)} of {number(claims.length)} claims: those that the page showed when it was printed.
        </p>
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
