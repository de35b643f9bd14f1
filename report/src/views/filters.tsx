// The filters: what there is to narrow the corpus by. The state of all of them stands in the address.

import { DEGREES, HOLDERS, SIGNS } from "../data/label.ts";
import { Picker } from "../parts/picker.tsx";
import { fold } from "../text/fold.ts";
import { parseDate } from "../time/date.ts";
import { nameKey } from "../query/view.ts";
import type { State } from "../state.ts";
import { toggleEntity, toggleSource } from "./most_named.tsx";
import { Search } from "./search.tsx";

export function FilterForm({ state }: { state: State }) {
  const { view, corpus } = state;
  const now = view.value;
  const flip = <T,>(list: readonly T[], one: T) =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  return (
    <form class="filters" role="search" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <Search state={state} />
      <Picker
        id="f-entity"
        label="Entity"
        placeholder="a person, place, …"
        find={(query) => findNames(state, query)}
        pick={(key) => toggleEntity(state, key)}
      />
      <Picker
        id="f-source"
        label="Source"
        placeholder="who is quoted"
        find={(query) => findSources(state, query)}
        pick={(key) => toggleSource(state, corpus.sources[Number(key)]!)}
      />
      <fieldset>
        <legend>Certainty</legend>
        {DEGREES.map((degree) => (
          <label key={degree} class="check">
            <input
              type="checkbox"
              checked={now.certainty.includes(degree)}
              onChange={() => state.go({ certainty: flip(now.certainty, degree) })}
            />
            <span class={`sign ink-${degree}`} aria-hidden="true">
              {SIGNS[degree]}
            </span>{" "}
            {degree}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Polarity</legend>
        {(["", "positive", "negative"] as const).map((polarity) => (
          <label key={polarity} class="check">
            <input
              type="radio"
              name="polarity"
              checked={now.polarity === polarity}
              onChange={() => state.go({ polarity })}
            />
            {polarity === "" ? "either" : polarity === "positive" ? "said to hold" : "✗ said not to hold"}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Who answers for it</legend>
        {HOLDERS.map((holder) => (
          <label key={holder} class="check">
            <input
              type="checkbox"
              checked={now.holders.includes(holder)}
              onChange={() => state.go({ holders: flip(now.holders, holder) })}
            />
            {holder}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Date</legend>
        <div class="range">
          <DateField id="f-from" label="from" value={now.from} set={(from) => state.go({ from, undated: false })} />
          <DateField id="f-to" label="to" value={now.to} set={(to) => state.go({ to, undated: false })} />
        </div>
        {corpus.date.some((date) => !date) && (
          <label class="check">
            <input
              type="checkbox"
              checked={now.undated}
              onChange={() => state.go({ undated: !now.undated, from: "", to: "" })}
            />{" "}
            only without a date
          </label>
        )}
      </fieldset>
      {corpus.languages.length > 1 && (
        <fieldset>
          <legend>Language</legend>
          <div class="languages">
            {corpus.languages.map((language) => (
              <label key={language} class="check">
                <input
                  type="checkbox"
                  checked={now.languages.includes(language ?? "?")}
                  onChange={() => state.go({ languages: flip(now.languages, language ?? "?") })}
                />
                {language ?? "unknown"}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <div class="score-field">
        <label for="f-score">
          Score of the certainty at least <output>{(now.score / 100).toFixed(2)}</output>
        </label>
        <input
          id="f-score"
          type="range"
          min="0"
          max="100"
          step="5"
          value={now.score}
          onInput={(event) => state.go({ score: Number(event.currentTarget.value) }, false)}
        />
      </div>
    </form>
  );
}

function DateField({
  id,
  label,
  value,
  set,
}: {
  id: string;
  label: string;
  value: string;
  set: (value: string) => void;
}) {
  const wrong = value !== "" && !parseDate(value);
  return (
    <div>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode="numeric"
        placeholder="2017-06"
        size={10}
        maxLength={10}
        value={value}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        onChange={(event) => set(event.currentTarget.value.trim())}
      />
      {wrong && (
        <p id={`${id}-wrong`} class="wrong">
          Write 2017, 2017-06 or 2017-06-14.
        </p>
      )}
    </div>
  );
}

const OFFERED = 12;

/** Groups of which a spelling holds what was typed, the most named first. */
function findNames(state: State, query: string) {
  const { corpus, folded, grouping, offeredNames } = state;
  const wanted = fold(query.trim());
  const found = [];
  for (const { number, count } of offeredNames.value) {
    const { members, name, label } = grouping.value.groups[number]!;
    if (wanted && !members.some((member) => folded.names[member]!.includes(wanted))) continue;
    found.push({ key: nameKey(label, corpus.nameText[name]!), text: corpus.nameText[name]!, note: label, count });
    if (found.length === OFFERED) break;
  }
  return found;
}

function findSources(state: State, query: string) {
  const { corpus, folded, offeredSources } = state;
  const wanted = fold(query.trim());
  return offeredSources.value
    .filter(({ number }) => !wanted || folded.sources[number]!.includes(wanted))
    .slice(0, OFFERED)
    .map(({ number, count }) => ({ key: String(number), text: corpus.sources[number]!, note: "", count }));
}
