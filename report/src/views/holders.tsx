// Who answers for the claims: the article itself, a source, or nobody in particular; and hearsay over time.

import { TimeBars, type TimeBar } from "../charts/time_bars.tsx";
import { HOLDERS, type Holder } from "../data/label.ts";
import { counted, number, share } from "../parts/text.tsx";
import { rangeOf, stretched } from "../time/bins.ts";
import type { State } from "../state.ts";

const MEANING: Record<Holder, string> = {
  author: "the article itself",
  source: "somebody named or described",
  hearsay: "passed on without saying from whom",
};

export function Holders({ state }: { state: State }) {
  const { holders, claims, bars } = state.summary.value;
  const bins = state.bins;
  const hearsay: TimeBar[] = bars.map((bar) => ({
    parts: [{ fill: "plain", value: (100 * bar.hearsay) / Math.max(1, bar.claims) }],
    outside: false,
    lines: [`${number(bar.hearsay)} of ${counted(bar.claims, "claim")} hearsay (${share(bar.hearsay, bar.claims)})`],
  }));
  const most = Math.max(5, ...hearsay.map((bar) => bar.parts[0]!.value));
  return (
    <section class="panel" aria-labelledby="h-holders">
      <header>
        <h2 id="h-holders">Who answers for the claims</h2>
      </header>
      <ol class="holders">
        {HOLDERS.map((holder, i) => (
          <li key={holder}>
            <button
              type="button"
              class={`holder holder-${holder}`}
              aria-pressed={state.view.value.holders.includes(holder)}
              onClick={() => toggle(state, holder)}
            >
              <span class="bar" style={{ width: `${(100 * holders[i]!) / Math.max(1, claims)}%` }} />
              <span class="holder-share">{share(holders[i]!, claims)}</span>
              <span class="holder-name">
                {holder}
                <small>{MEANING[holder]}</small>
              </span>
              <span class="bar-count">
                {number(holders[i]!)}
                <span class="hidden"> claims</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
      {bins && (
        <>
          <h3>Hearsay, share of claims per {bins.unit}</h3>
          <TimeBars
            label={`Share of hearsay per ${bins.unit}`}
            bins={bins}
            bars={hearsay}
            height={110}
            most={most}
            format={(value) => `${value}%`}
            pick={(bar, stretch) => {
              const range = rangeOf(bins, bar);
              const reached = stretch ? stretched(state.view.value, range) : range;
              state.go({ ...reached, undated: false, holders: ["hearsay"] });
            }}
          />
        </>
      )}
    </section>
  );
}

function toggle(state: State, holder: Holder): void {
  const now = state.view.value.holders;
  state.go({ holders: now.includes(holder) ? now.filter((one) => one !== holder) : [...now, holder] });
}
