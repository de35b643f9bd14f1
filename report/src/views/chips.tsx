// What is filtered, each as a chip that takes it away again, and what is left.

import { counted, number, Own } from "../parts/text.tsx";
import { entityName } from "../query/select.ts";
import { cleared, type View } from "../query/view.ts";
import { isFiltered, type State } from "../state.ts";

interface Chip {
  kind: string;
  text: string;
  change: Partial<View>;
}

function chipsOf(state: State): Chip[] {
  const view = state.view.value;
  const chips: Chip[] = [];
  const each = <K extends "entities" | "sources" | "certainty" | "holders" | "languages">(
    key: K,
    kind: string,
    name: (one: string) => string,
  ) => {
    for (const one of view[key]) {
      chips.push({
        kind,
        text: name(one),
        change: { [key]: (view[key] as string[]).filter((other) => other !== one) },
      });
    }
  };
  if (view.text.trim())
    chips.push({ kind: view.full ? "text" : "search", text: view.text, change: { text: "", full: false } });
  each("entities", "entity", (key) => entityName(state.corpus, state.grouping.value, state.nameNumbers, key));
  each("sources", "source", (source) => source);
  each("certainty", "certainty", (degree) => degree);
  if (view.polarity)
    chips.push({
      kind: "polarity",
      text: view.polarity === "negative" ? "said not to hold" : "said to hold",
      change: { polarity: "" },
    });
  each("holders", "holder", (holder) => holder);
  if (view.from || view.to) {
    const text = view.from === view.to ? view.from : `${view.from || "…"} to ${view.to || "…"}`;
    chips.push({ kind: "date", text, change: { from: "", to: "" } });
  }
  if (view.undated) chips.push({ kind: "date", text: "none", change: { undated: false } });
  each("languages", "language", (language) => (language === "?" ? "unknown" : language));
  if (view.score > 0)
    chips.push({ kind: "score", text: `at least ${(view.score / 100).toFixed(2)}`, change: { score: 0 } });
  return chips;
}

export function Chips({ state }: { state: State }) {
  const { corpus, selection, summary, view } = state;
  const chips = chipsOf(state);
  const left = selection.value.list.length;
  return (
    <div class="left">
      <p class="count" role="status">
        {isFiltered(view.value) ? (
          <>
            <b>{number(left)}</b> of {counted(corpus.id.length, "article")}
            {selection.value.narrow && `, ${counted(summary.value.sentences, "sentence")}`}
          </>
        ) : (
          <>{corpus.id.length === 1 ? "1 article" : `All ${counted(corpus.id.length, "article")}`}</>
        )}
      </p>
      {chips.length > 0 && (
        <ul class="chips" aria-label="Filters that are on">
          {chips.map((chip) => (
            <li key={`${chip.kind} ${chip.text}`}>
              <button
                type="button"
                class="chip"
                onClick={() => state.go(chip.change)}
                aria-label={`Take away: ${chip.kind} ${chip.text}`}
              >
                <small>{chip.kind}</small> <Own text={chip.text} /> <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
          <li>
            <button type="button" class="plain" onClick={() => state.go(cleared(view.value))}>
              clear all
            </button>
          </li>
        </ul>
      )}
    </div>
  );
}

/** Nothing is left. */
export function Empty({ state }: { state: State }) {
  const running = state.view.value.full ? "The full texts may still be on their way." : "";
  return (
    <div class="empty">
      <h2>No article is left</h2>
      <p>
        Nothing in the corpus passes all of the filters at once; all that are about sentences must hold in one and the
        same. {running}
      </p>
      <button type="button" class="offer" onClick={() => state.go(cleared(state.view.value))}>
        Clear the filters
      </button>
    </div>
  );
}
