// The spellings that count as the chosen entities, the rule behind them, and the ways to undo it: one spelling split
// off, or no grouping at all.

import { counted, number, Own } from "../parts/text.tsx";
import { nameKey } from "../query/view.ts";
import type { State } from "../state.ts";

export function Spellings({ state }: { state: State }) {
  const { corpus, grouping, view, nameNumbers, mentions } = state;
  const { grouped, split, entities } = view.value;
  const groups = [...new Set(entities.map((key) => grouping.value.of[nameNumbers.get(key) ?? -1]))];
  const apart = split.filter((key) => nameNumbers.has(key));
  const sizes = groups.map((group) => (group === undefined ? 0 : grouping.value.groups[group]!.members.length));
  return (
    <section class="panel wide spellings" aria-labelledby="h-spellings">
      <header>
        <h3 id="h-spellings">
          {counted(
            sizes.reduce((sum, size) => sum + size, 0),
            "spelling",
          )}{" "}
          counted <span class="faint">mentions in all articles</span>
        </h3>
        <label class="check">
          <input type="checkbox" checked={grouped} onChange={() => state.go({ grouped: !grouped })} /> group spellings
          of one name
        </label>
      </header>
      {groups.map((group) => {
        if (group === undefined) return null;
        const { members, name, label } = grouping.value.groups[group]!;
        return (
          <ul key={group} class="spelling-list" aria-label={`Spellings of ${corpus.nameText[name]}`}>
            {members.map((member) => {
              const text = corpus.nameText[member]!;
              return (
                <li key={member}>
                  <Own text={text} /> <span class="faint">{number(mentions[member]!)}</span>
                  {members.length > 1 && (
                    <button
                      type="button"
                      class="plain"
                      aria-label={`Split off ${text}`}
                      onClick={() => splitOff(state, nameKey(label, text), group)}
                    >
                      split off
                    </button>
                  )}
                </li>
              );
            })}
          </ul>
        );
      })}
      {grouped && apart.length > 0 && (
        <p class="apart">
          Split off:{" "}
          {apart.map((key) => (
            <span key={key} class="apart-name">
              <Own text={key.slice(key.indexOf("~") + 1)} />{" "}
              <button
                type="button"
                class="plain"
                onClick={() => state.go({ split: split.filter((one) => one !== key) })}
              >
                put back
              </button>
            </span>
          ))}
        </p>
      )}
      <Rule />
    </section>
  );
}

/** The group stays chosen also where the spelling that was split off stood for it. */
function splitOff(state: State, key: string, group: number): void {
  const { grouping, corpus, view } = state;
  const { members, label } = grouping.value.groups[group]!;
  const left = members.find((member) => nameKey(label, corpus.nameText[member]!) !== key);
  const entities = view.value.entities.map((one) =>
    one === key && left !== undefined ? nameKey(label, corpus.nameText[left]!) : one,
  );
  state.go({ split: [...view.value.split, key], entities: [...new Set(entities)] });
}

function Rule() {
  return (
    <details>
      <summary>How spellings are grouped</summary>
      <ol class="rule">
        <li>Only within one type: a person is never grouped with an organisation.</li>
        <li>
          Case, diacritics, hyphens, apostrophes and a final ’s do not count; nor do, in persons, titles in front
          (president, Dr, sheikh…) and particles (van, de, der, von, di, la, bin, al-, el-…), and, in organisations, an
          article in front. Different particles (Jan de Berg, Jan van den Berg) keep names apart.
        </li>
        <li>
          Where a spelling shows that a name comes from another script (al-, bin, Abu; gh, kh or q; endings such as -ov
          and -sky; certain given names), letters that transliterations exchange count as one: gh and g, kh and ch, th
          and t, ou, oe and u, ei, ai and ae, y, j and i, w and v, q and k, sj and sh, doubled letters and single ones.
          Jansen and Janssen stay apart.
        </li>
        <li>
          A family name alone, or with initials, joins the longer name that ends in it if all such names are one person;
          with two (Piet Jansen, Anna Jansen) it stands by itself.
        </li>
        <li>
          A name with middle names joins the one without them (Jan Peter Balkenende, Jan Balkenende) if no other such
          name competes. Middle initials keep names apart.
        </li>
        <li>
          Acronyms (VN, V.N.) are grouped with nothing else. Full names that differ in more than this are never grouped.
        </li>
      </ol>
      <p class="faint">
        The rule reads letters and knows nobody: two people of one name are one here, and a nickname is another person.
      </p>
    </details>
  );
}
