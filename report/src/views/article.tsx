// One article in full: entities, claims, sources and cues in the text, scores on hover and focus, and the way to the
// next article that the filters leave.

import { Fragment } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { ArticlePart } from "../data/chunks.ts";
import { useLoaded } from "../parts/loading.tsx";
import { inWords, laneOfSentence, SentenceScores, SentenceText } from "../parts/sentence.tsx";
import { Fact } from "../parts/fact.tsx";
import { LaneLegend, Own, Sign } from "../parts/text.tsx";
import { tip } from "../parts/tip.tsx";
import { IN } from "../query/select.ts";
import { bySentence } from "../text/pieces.ts";
import { Points } from "../text/points.ts";
import { spanWords } from "../time/date.ts";
import type { State } from "../state.ts";
import { TYPES } from "./most_named.tsx";
import { addressOf, articleAt, ordered } from "./order.ts";

export function Article({ state }: { state: State }) {
  const number = articleAt(state);
  const loaded = useLoaded(number, () =>
    number < 0 ? Promise.reject(new Error("none")) : state.chunks.article(number),
  );
  if (number < 0)
    return <p class="note">There is no article of that name in this report. Choose one from the list of articles.</p>;
  return (
    <article class="article">
      <Steps state={state} number={number} />
      <p class="article-date">{spanWords(state.corpus.date[number]!)}</p>
      {loaded === null && <p class="faint">Reading…</p>}
      {loaded && "error" in loaded && <p class="note">{loaded.error}</p>}
      {loaded && "value" in loaded && <Text key={number} state={state} article={loaded.value} number={number} />}
    </article>
  );
}

function Steps({ state, number }: { state: State; number: number }) {
  const list = ordered(state);
  const at = list.indexOf(number);
  // By keys: at the last article the link to the next, with the focus on it, would become that to the one before.
  const link = (to: number | undefined, text: string, rel: string) =>
    to === undefined ? (
      <span key={rel} class="faint">
        {text}
      </span>
    ) : (
      <a key={rel} rel={rel} href={state.link(addressOf(state, to))}>
        {text}
      </a>
    );
  return (
    <nav class="steps" aria-label="Articles">
      {link(at > 0 ? list[at - 1] : undefined, "← previous", "prev")}
      <span class="faint">{at < 0 ? "not among those that the filters leave" : `${at + 1} of ${list.length}`}</span>
      {link(at < 0 ? list[0] : list[at + 1], "next →", "next")}
    </nav>
  );
}

function Text({ state, article, number }: { state: State; article: ArticlePart; number: number }) {
  const points = useMemo(() => new Points(article.text), [article]);
  const entities = useMemo(() => bySentence(article), [article]);
  const target = state.view.value.sentence;
  useEffect(() => {
    if (target < 0) return scrollTo({ top: 0 });
    document.getElementById(`s${target}`)?.scrollIntoView({ block: "center" });
  }, [article, target]);
  const first = state.corpus.firstSentence[number]!;
  const { narrow, sentences } = state.selection.value;
  const matches = (i: number) => narrow && sentences[first + i] === IN;
  const titled = article.sentences[0]?.heading === true;
  return (
    <>
      {!titled && (
        <h2 class="article-title">
          <Own text={state.corpus.heading[number]!} />
        </h2>
      )}
      <dl class="facts">
        <Fact name="id" text={article.id} />
        {article.path && <Fact name="read from" text={article.path} />}
        <Fact name="language" text={article.language ?? "unknown"} />
        {article.language_supported === false && <Fact name="note" text="the model was not trained on this language" />}
      </dl>
      <Legend article={article} />
      <div class="article-text">
        {paragraphs(article).map((numbers) => {
          const inner = numbers.map((i) => {
            const sentence = article.sentences[i]!;
            const lane = laneOfSentence(sentence);
            const names = [lane ? `claim claim-${lane}` : "sentence", i === target && "target", matches(i) && "match"];
            const text = <SentenceText state={state} points={points} sentence={sentence} entities={entities[i]!} />;
            if (!lane && !sentence.classes && !sentence.claim)
              return (
                <span key={i} id={`s${i}`} class="sentence">
                  {text}{" "}
                </span>
              );
            const about = tip(() => <SentenceScores sentence={sentence} points={points} />);
            const { "aria-describedby": describedBy, onFocus, onBlur, ...hover } = about;
            return (
              <Fragment key={i}>
                <span id={`s${i}`} class={names.filter(Boolean).join(" ")} {...hover}>
                  <button
                    type="button"
                    class="mark"
                    aria-label={inWords(sentence, points)}
                    aria-describedby={describedBy}
                    onFocus={onFocus}
                    onBlur={onBlur}
                  >
                    {lane ? <Sign lane={lane} /> : <span aria-hidden="true">·</span>}
                    {lane === "denied" && (
                      <span class="not" aria-hidden="true">
                        NOT
                      </span>
                    )}
                  </button>
                  {text}
                </span>{" "}
              </Fragment>
            );
          });
          const heading = article.sentences[numbers[0]!]!.heading;
          // The title is the first heading, with its labels.
          const Heading = titled && numbers[0] === 0 ? "h2" : "h3";
          return heading ? (
            <Heading key={numbers[0]} dir="auto">
              {inner}
            </Heading>
          ) : (
            <p key={numbers[0]} dir="auto">
              {inner}
            </p>
          );
        })}
      </div>
    </>
  );
}

/** Numbers of sentences, by paragraph. */
function paragraphs(article: ArticlePart): number[][] {
  const lists: number[][] = [];
  let paragraph = -1;
  article.sentences.forEach((sentence, i) => {
    if (sentence.paragraph !== paragraph || lists.length === 0) lists.push([]);
    paragraph = sentence.paragraph;
    lists[lists.length - 1]!.push(i);
  });
  return lists;
}

function Legend({ article }: { article: ArticlePart }) {
  const labels = [...new Set(article.entities.map((entity) => entity.label))];
  const judged = article.sentences.some((sentence) => sentence.certainty);
  return (
    <aside class="article-legend" aria-label="What the marks mean">
      {judged && <LaneLegend />}
      <ul class="legend">
        {labels.map((label) => (
          <li key={label}>
            <span class={`entity entity-${TYPES[label] ? label : "MISC"}`}>
              {TYPES[label] ?? "name"} <span class={`type type-${TYPES[label] ? label : "MISC"}`}>{label}</span>
            </span>
          </li>
        ))}
        {judged && (
          <>
            <li>
              <span class="source">source</span>
            </li>
            <li>
              <span class="attribution">attribution cue</span>
            </li>
            <li>
              <span class="certainty">certainty cue</span>
            </li>
          </>
        )}
      </ul>
    </aside>
  );
}
