// The articles that are left, one row each. Only the rows in sight are in the page, however many there are.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { LANE_NAMES, LANES } from "../data/label.ts";
import { counted, number, Own } from "../parts/text.tsx";
import { lanesOf } from "../query/summary.ts";
import { SORTS, type Sort } from "../query/view.ts";
import { spanWords } from "../time/date.ts";
import type { State } from "../state.ts";
import { addressOf, ordered } from "./order.ts";

const ROW = 60;
const BEYOND = 12;
/** What a printer gets at most. */
const PRINTED = 2000;

const SORT_NAMES: Record<Sort, string> = {
  input: "as read",
  oldest: "oldest first",
  newest: "newest first",
  claims: "most matching sentences",
};

export function Articles({ state }: { state: State }) {
  const list = ordered(state);
  const [box, first, last] = useRows(list.length);
  return (
    <section class="articles" aria-labelledby="h-list">
      <header class="bar-head">
        <h2 id="h-list">{counted(list.length, "article")}</h2>
        <label>
          Order{" "}
          <select
            value={state.view.value.sort}
            onChange={(event) => state.go({ sort: event.currentTarget.value as Sort })}
          >
            {SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {SORT_NAMES[sort]}
              </option>
            ))}
          </select>
        </label>
      </header>
      <ul
        ref={box}
        class="rows"
        style={{ paddingTop: `${first * ROW}px`, paddingBottom: `${(list.length - last) * ROW}px` }}
      >
        {list.slice(first, last).map((article, i) => (
          <Row key={article} state={state} article={article} position={first + i + 1} size={list.length} />
        ))}
      </ul>
      {last - first >= PRINTED && last < list.length && (
        <p class="faint">
          The first {number(PRINTED)} of {number(list.length)} are printed.
        </p>
      )}
    </section>
  );
}

interface RowProps {
  state: State;
  article: number;
  position: number;
  size: number;
}

function Row({ state, article, position, size }: RowProps) {
  const { corpus, selection } = state;
  const lanes = lanesOf(corpus, selection.value, article);
  const language = corpus.languages[corpus.language[article]!];
  const first = selection.value.narrow ? firstHit(state, article) : -1;
  return (
    <li aria-setsize={size} aria-posinset={position} style={{ height: `${ROW}px` }}>
      <a href={state.link(addressOf(state, article, first))}>
        <span class="row-date">{spanWords(corpus.date[article]!)}</span>
        <span class="row-title">
          <Own text={corpus.heading[article]!} />
        </span>
        <span class="row-about">
          {selection.value.narrow && <b>{counted(selection.value.hits[article]!, "sentence")} · </b>}
          <Own text={corpus.id[article]!} /> · {language ?? "language unknown"} ·{" "}
          {counted(corpus.words[article]!, "word")}
        </span>
        <Strip lanes={lanes} />
      </a>
    </li>
  );
}

function firstHit({ corpus, selection }: State, article: number): number {
  for (let i = corpus.firstSentence[article]!; i < corpus.firstSentence[article + 1]!; i++) {
    if (selection.value.sentences[i] === 2) return i - corpus.firstSentence[article]!;
  }
  return -1;
}

const STRIP = 120;

/** Claims of the article by lane, as one bar. */
function Strip({ lanes }: { lanes: number[] }) {
  const total = lanes.reduce((sum, value) => sum + value, 0);
  let x = 0;
  const label =
    total === 0
      ? "no claims"
      : LANES.flatMap((lane, i) => (lanes[i] ? [`${lanes[i]} ${LANE_NAMES[lane]}`] : [])).join(", ");
  return (
    <svg
      class="strip"
      width={STRIP}
      height="12"
      viewBox={`0 0 ${STRIP} 12`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {total === 0 && <line class="grid" x1="0" x2={STRIP} y1="6" y2="6" />}
      {LANES.map((lane, i) => {
        const width = total === 0 ? 0 : (STRIP * lanes[i]!) / total;
        const at = x;
        x += width;
        return width > 0 ? (
          <rect key={lane} x={at} width={Math.max(0.5, width - 0.5)} height="12" fill={`url(#fill-${lane})`} />
        ) : null;
      })}
    </svg>
  );
}

/** First and last row to draw, from where the window stands. */
function useRows(count: number) {
  const box = useRef<HTMLUListElement>(null);
  const [range, setRange] = useState<[number, number]>([0, 40]);
  useLayoutEffect(() => {
    const measure = () => {
      if (!box.current) return;
      const top = -box.current.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(top / ROW) - BEYOND);
      const last = Math.ceil((top + innerHeight) / ROW) + BEYOND;
      setRange((now) => (now[0] === first && now[1] === last ? now : [first, last]));
    };
    const print = () => setRange([0, PRINTED]);
    measure();
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    addEventListener("beforeprint", print);
    addEventListener("afterprint", measure);
    return () => {
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", measure);
    };
  }, [count]);
  const first = Math.min(range[0], Math.max(0, count - 1));
  return [box, first, Math.min(count, Math.max(range[1], first))] as const;
}
