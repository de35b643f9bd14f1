// Who and what is named most, by type, and who is quoted most. A click filters by it, a second one no longer.

import { BarList, type BarItem } from "../parts/bar_list.tsx";
import type { Group } from "../names/group.ts";
import { PRONOUNS } from "../names/words.ts";
import { nameKey } from "../query/view.ts";
import { line } from "../text/shown.ts";
import type { State } from "../state.ts";

export const TYPES: Record<string, string> = {
  PER: "Persons",
  ORG: "Organisations",
  LOC: "Places",
  MISC: "Other names",
};
const SHOWN = 12;

/** Types in the usual order, then the model's own. */
function typesOf(state: State): string[] {
  const found = [...new Set(state.corpus.nameLabel)];
  return found.sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
}

function rankOf(label: string): number {
  const at = Object.keys(TYPES).indexOf(label);
  return at < 0 ? 9 : at;
}

/** Adds an entity to the filter, or takes away all spellings of it. */
export function toggleEntity(state: State, key: string): void {
  const grouping = state.grouping.value;
  const groupOf = (one: string) => grouping.of[state.nameNumbers.get(one) ?? -1];
  const now = state.view.value.entities;
  const group = groupOf(key);
  const others = now.filter((one) => one !== key && (group === undefined || groupOf(one) !== group));
  state.go({ entities: others.length < now.length ? others : [...now, key] });
}

export function toggleSource(state: State, source: string): void {
  const keys = state.folded.sources;
  const keyOf = (text: string) => keys[state.corpus.sources.indexOf(text)];
  const now = state.view.value.sources;
  const others = now.filter((one) => one !== source && keyOf(one) !== keyOf(source));
  state.go({ sources: others.length < now.length ? others : [...now, source] });
}

export function Entities({ state }: { state: State }) {
  const { corpus, grouping, names, view } = state;
  const { groups, of } = grouping.value;
  const chosen = new Set(view.value.entities.map((key) => of[state.nameNumbers.get(key) ?? -1]));
  return (
    <>
      {typesOf(state).map((label) => {
        const top = names.value.filter(({ number }) => groups[number]!.label === label).slice(0, SHOWN);
        const items = top.map(({ number, count }): BarItem => {
          const group = groups[number]!;
          const text = corpus.nameText[group.name]!;
          const key = nameKey(label, text);
          return {
            key,
            text,
            count,
            pressed: chosen.has(number),
            note: also(state, group),
            pick: () => toggleEntity(state, key),
          };
        });
        const title = TYPES[label] ?? label;
        return (
          <section class="panel" key={label} aria-label={title}>
            <header>
              <h2>
                {title} <span class={`type type-${TYPES[label] ? label : "MISC"}`}>{label}</span>
              </h2>
              <p class="faint">mentions</p>
            </header>
            <BarList items={items} most={top[0]?.count ?? 1} what="mentions" />
          </section>
        );
      })}
    </>
  );
}

const SPELLINGS = 8;

/** The other spellings of a group. */
function also({ corpus }: State, { members, name }: Group): string | undefined {
  const others = members.filter((one) => one !== name).map((one) => line(corpus.nameText[one]!));
  if (others.length === 0) return undefined;
  const more = others.length > SPELLINGS ? ` and ${others.length - SPELLINGS} more` : "";
  return `also: ${others.slice(0, SPELLINGS).join(", ")}${more}`;
}

export function Sources({ state }: { state: State }) {
  const { corpus, sources, view } = state;
  const sourceKeys = state.folded.sources;
  const chosen = new Set(view.value.sources.map((source) => sourceKeys[corpus.sources.indexOf(source)]));
  const named = sources.value.filter(({ number }) => !PRONOUNS.has(sourceKeys[number]!));
  const top = named.slice(0, SHOWN);
  const left = sources.value.length - named.length;
  return (
    <section class="panel" aria-label="Sources">
      <header>
        <h2>Most quoted sources</h2>
        <p class="faint">sentences{left > 0 && "; pronouns left out"}</p>
      </header>
      <BarList
        items={top.map(({ number, count }) => ({
          key: String(number),
          text: corpus.sources[number]!,
          count,
          pressed: chosen.has(sourceKeys[number]),
          pick: () => toggleSource(state, corpus.sources[number]!),
        }))}
        most={top[0]?.count ?? 1}
        what="sentences"
      />
    </section>
  );
}
