// The claim trail: every claim that names the chosen entities, along time and in sentences, so that a rumour can be
// followed from "zou" to confirmation or denial across articles.

import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { TrailChart } from "../charts/trail_chart.tsx";
import { counted, number, Own } from "../parts/text.tsx";
import { entityName } from "../query/select.ts";
import { markTest, trailOf } from "../query/trail.ts";
import { nameKey } from "../query/view.ts";
import type { State } from "../state.ts";
import { toggleEntity } from "./most_named.tsx";
import { Quotes } from "./quotes.tsx";
import { Spellings } from "./spellings.tsx";

export function Trail({ state }: { state: State }) {
  const { view, corpus, grouping } = state;
  const trail = useMemo(() => computed(() => trailOf(corpus, state.selection.value)), [state]).value;
  const { entities, all, mark } = view.value;
  if (entities.length === 0) return <Start state={state} />;
  const test = markTest(mark);
  const listed = test ? trail.claims.filter(test) : trail.claims;
  const names = entities.map((key) => entityName(corpus, grouping.value, state.nameNumbers, key));
  return (
    <div class="trail">
      <header class="trail-head">
        <h2>
          {names.map((name, i) => (
            <span key={name}>
              {i > 0 && <span class="faint"> {all ? "and" : "or"} </span>}
              <Own text={name} />
            </span>
          ))}
        </h2>
        {entities.length > 1 && (
          <div class="switch" role="group" aria-label="Sentences that name">
            <button type="button" aria-pressed={!all} onClick={() => state.go({ all: false })}>
              any of them
            </button>
            <button type="button" aria-pressed={all} onClick={() => state.go({ all: true })}>
              all of them
            </button>
          </div>
        )}
      </header>
      <p class="lead">
        {counted(trail.claims.length, "claim")} in{" "}
        {counted(new Set(trail.claims.map((claim) => claim.article)).size, "article")}
        {trail.undated > 0 && `; ${undatedWords(trail)}`}
        {trail.unjudged > 0 && `; ${counted(trail.unjudged, "sentence")} not judged by the model`}.
      </p>
      {trail.claims.length > 0 ? (
        <>
          {trail.undated < trail.claims.length && (
            <section class="panel wide" aria-labelledby="h-trail">
              <header>
                <h3 id="h-trail">Along time</h3>
                <ShapeLegend />
              </header>
              <TrailChart
                claims={trail.claims}
                chosen={mark}
                pick={(key) => state.go({ mark: key === mark ? "" : key })}
              />
            </section>
          )}
          <Spellings state={state} />
          <section aria-labelledby="h-quotes" class="quotes-section">
            <header class="bar-head">
              <h3 id="h-quotes">{test ? `${counted(listed.length, "claim")} of the mark` : "In their words"}</h3>
              {test && (
                <button type="button" class="plain" onClick={() => state.go({ mark: "" })}>
                  show all {number(trail.claims.length)}
                </button>
              )}
            </header>
            <Quotes key={JSON.stringify([entities, mark, all])} state={state} claims={listed} />
          </section>
        </>
      ) : (
        <>
          <p class="note">
            No claim that names {all && entities.length > 1 ? "all of them" : "this"} passes the filters.
          </p>
          <Spellings state={state} />
        </>
      )}
    </div>
  );
}

function undatedWords({ undated, claims }: { undated: number; claims: readonly unknown[] }): string {
  if (undated === claims.length) return "none has a date, so nothing can be drawn along time";
  return `${number(undated)} in articles without a date, at the end of the list`;
}

function ShapeLegend() {
  return (
    <ul class="legend" aria-label="Who answers for the claim">
      <li>
        <svg width="12" height="12" aria-hidden="true">
          <circle class="shape" cx="6" cy="6" r="5" />
        </svg>{" "}
        author
      </li>
      <li>
        <svg width="12" height="12" aria-hidden="true">
          <rect class="shape" x="1.5" y="1.5" width="9" height="9" />
        </svg>{" "}
        source
      </li>
      <li>
        <svg width="12" height="12" aria-hidden="true">
          <path class="shape" d="M6 1 L11.5 11 H0.5 Z" />
        </svg>{" "}
        hearsay
      </li>
    </ul>
  );
}

const OFFERED = 24;

/** Nobody is chosen yet. */
function Start({ state }: { state: State }) {
  const { corpus, grouping, names } = state;
  return (
    <div class="trail">
      <h2>The claim trail</h2>
      <p class="lead">
        Choose who or what to follow: every claim that names them, in order of time, with how certain it is put and who
        answers for it. Type a name under “Entity”, or take one of the most named here.
      </p>
      <ul class="offers">
        {names.value.slice(0, OFFERED).map(({ number: group, count }) => {
          const { name, label } = grouping.value.groups[group]!;
          const text = corpus.nameText[name]!;
          return (
            <li key={group}>
              <button type="button" class="offer" onClick={() => toggleEntity(state, nameKey(label, text))}>
                <Own text={text} /> <small>{label}</small> <span class="faint">{number(count)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
