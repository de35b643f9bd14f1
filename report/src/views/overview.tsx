// The corpus at a glance: how much there is and when, how certain it is put forward, who answers for it, who is named
// and quoted. Everything counts what the filters leave, and everything can be clicked to filter further.

import { LANE_NAMES, LANES } from "../data/label.ts";
import { TimeBars, type TimeBar } from "../charts/time_bars.tsx";
import { counted, LaneLegend, number, share, Sign } from "../parts/text.tsx";
import { rangeOf, stretched, type Bins } from "../time/bins.ts";
import type { View } from "../query/view.ts";
import type { State } from "../state.ts";
import { Entities, Sources } from "./most_named.tsx";
import { Holders } from "./holders.tsx";

export function Overview({ state }: { state: State }) {
  const summary = state.summary.value;
  const judged = summary.claims > 0;
  return (
    <div class="overview">
      <Figures state={state} />
      {state.bins ? <OverTime state={state} bins={state.bins} /> : <Undated state={state} judged={judged} />}
      {judged && <Holders state={state} />}
      {!judged && summary.unjudged > 0 && (
        <p class="note">The model that labelled these articles does not judge claims; entities are all there is.</p>
      )}
      <Entities state={state} />
      {judged && <Sources state={state} />}
    </div>
  );
}

function Figures({ state }: { state: State }) {
  const { articles, sentences, claims, lanes, holders } = state.summary.value;
  const open = claims - lanes[0]! - lanes[4]!;
  return (
    <dl class="figures">
      <Figure name={articles === 1 ? "article" : "articles"} value={number(articles)} />
      <Figure name={sentences === 1 ? "sentence" : "sentences"} value={number(sentences)} />
      <Figure name={claims === 1 ? "claim" : "claims"} value={number(claims)} />
      <Figure name="put as less than certain" value={share(open, claims)} />
      <Figure name="said not to hold" value={share(lanes[4]!, claims)} />
      <Figure name="passed on as hearsay" value={share(holders[2]!, claims)} strong />
    </dl>
  );
}

function Figure({ name, value, strong = false }: { name: string; value: string; strong?: boolean }) {
  return (
    <div class={strong ? "figure strong" : "figure"}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function OverTime({ state, bins }: { state: State; bins: Bins }) {
  const { summary, view } = state;
  const { bars, undated, coarse, claims } = summary.value;
  const asCounts = view.value.counts;
  const pick = (bar: number, stretch: boolean) => pickRange(state, bins, bar, stretch);
  const articles: TimeBar[] = bars.map((bar) => ({
    parts: [{ fill: "plain", value: bar.articles + bar.outside }],
    outside: bar.articles === 0 && bar.outside > 0,
    lines: [counted(bar.articles + bar.outside, "article")],
  }));
  const certainty: TimeBar[] = bars.map((bar) => {
    const lanes = bar.claims > 0 ? bar.lanes : bar.outsideLanes;
    const total = lanes.reduce((sum, value) => sum + value, 0);
    const scale = asCounts ? 1 : 100 / Math.max(1, total);
    return {
      parts: LANES.map((lane, i) => ({ fill: lane, value: lanes[i]! * scale })),
      outside: bar.claims === 0,
      lines: [
        counted(total, "claim"),
        ...LANES.flatMap((lane, i) =>
          lanes[i]! > 0 ? [`${LANE_NAMES[lane]}: ${number(lanes[i]!)} (${share(lanes[i]!, total)})`] : [],
        ),
      ],
    };
  });
  return (
    <>
      <section class="panel wide" aria-labelledby="h-articles">
        <header>
          <h2 id="h-articles">Articles per {bins.unit}</h2>
          <Missing undated={undated} coarse={coarse} unit={bins.unit} />
        </header>
        <TimeBars
          label={`Articles per ${bins.unit}`}
          bins={bins}
          bars={articles}
          height={140}
          format={number}
          pick={pick}
        />
      </section>
      {claims > 0 && (
        <section class="panel wide" aria-labelledby="h-certainty">
          <header>
            <h2 id="h-certainty">How certain claims are put, per {bins.unit}</h2>
            <div class="switch" role="group" aria-label="Scale">
              <button type="button" aria-pressed={!asCounts} onClick={() => state.go({ counts: false })}>
                share
              </button>
              <button type="button" aria-pressed={asCounts} onClick={() => state.go({ counts: true })}>
                number
              </button>
            </div>
          </header>
          <TimeBars
            label={`Certainty of claims per ${bins.unit}, ${asCounts ? "numbers" : "shares"}`}
            bins={bins}
            bars={certainty}
            height={200}
            most={asCounts ? undefined : 100}
            format={asCounts ? number : (value) => `${value}%`}
            pick={pick}
          />
          <LaneLegend />
          <LaneTotals state={state} />
        </section>
      )}
    </>
  );
}

/** What is left of the charts over time where no article has a date. */
function Undated({ state, judged }: { state: State; judged: boolean }) {
  return (
    <>
      <p class="note">No article has a date, so nothing can be drawn along time.</p>
      {judged && (
        <section class="panel wide" aria-labelledby="h-certainty">
          <header>
            <h2 id="h-certainty">How certain claims are put</h2>
          </header>
          <LaneTotals state={state} />
        </section>
      )}
    </>
  );
}

/** Each a filter by its lane, taken away again by a second click. */
function LaneTotals({ state }: { state: State }) {
  const { lanes, claims } = state.summary.value;
  const { certainty, polarity } = state.view.value;
  return (
    <ul class="totals" aria-label="Claims by certainty">
      {LANES.map((lane, i) => {
        const pressed =
          lane === "denied"
            ? polarity === "negative"
            : polarity === "positive" && certainty.length === 1 && certainty[0] === lane;
        const change: Partial<View> =
          lane === "denied" ? { polarity: "negative" } : { certainty: [lane], polarity: "positive" };
        const undone: Partial<View> = lane === "denied" ? { polarity: "" } : { certainty: [], polarity: "" };
        return (
          <li key={lane}>
            <button type="button" aria-pressed={pressed} onClick={() => state.go(pressed ? undone : change)}>
              <Sign lane={lane} /> {LANE_NAMES[lane]} <b>{number(lanes[i]!)}</b>{" "}
              <span class="faint">{share(lanes[i]!, claims)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Missing({ undated, coarse, unit }: { undated: number; coarse: number; unit: string }) {
  const parts = [
    undated > 0 && `${counted(undated, "article")} without a date`,
    coarse > 0 && `${counted(coarse, "article")} whose date does not tell the ${unit}`,
  ].filter(Boolean);
  return parts.length > 0 ? <p class="faint">Not drawn: {parts.join("; ")}.</p> : null;
}

/** One bar as the range, none when it is the range already; with Shift, the range that reaches to it. */
function pickRange(state: State, bins: Bins, bar: number, stretch: boolean): void {
  const now = state.view.value;
  const range = rangeOf(bins, bar);
  if (stretch) state.go({ ...stretched(now, range), undated: false });
  else if (now.from === range.from && now.to === range.to) state.go({ from: "", to: "" });
  else state.go({ ...range, undated: false });
}
