// The page's state: the view, which is the address, and what follows from it. Signals recompute a part when, and only
// when, something it was made from has changed.

import { computed, effect, signal, untracked } from "@preact/signals";
import type { Chunks } from "./data/chunks.ts";
import type { Corpus } from "./data/corpus.ts";
import { apart, group, type Grouping } from "./names/group.ts";
import * as fullText from "./query/full_text.ts";
import { folded, nameNumbers, select, type Selection } from "./query/select.ts";
import { namesCounted, sourcesCounted, spellingsCounted, summarise } from "./query/summary.ts";
import { FIRST, fromHash, toHash, type Filters, type View } from "./query/view.ts";
import { binsFor } from "./time/bins.ts";

export type State = ReturnType<typeof createState>;

export function createState(corpus: Corpus, chunks: Chunks) {
  const view = signal<View>(fromHash(location.hash));
  const searched = folded(corpus);
  const numbers = nameNumbers(corpus);
  const mentions = spellingsCounted(corpus, null);
  const names = { text: corpus.nameText, label: corpus.nameLabel };

  // Each of these is a string, so that a change elsewhere in the view leaves what is made of it alone.
  const spellings = computed(() => JSON.stringify([view.value.grouped, view.value.split]));
  const filterText = computed(() => JSON.stringify(filtersOf(view.value)));

  const grouping = computed<Grouping>(() => {
    const [grouped, split] = JSON.parse(spellings.value) as [boolean, string[]];
    if (!grouped) return apart(names);
    return group(names, mentions, new Set(split.map((key) => numbers.get(key) ?? -1)));
  });
  const chosen = (part: Partial<Filters>) => {
    const filters = JSON.parse(filterText.value) as Filters;
    const found = filters.full ? fullText.search.value : null;
    const inText = found && found.query === filters.text ? found.found : null;
    const scope = { corpus, grouping: grouping.value, folded: searched, nameNumbers: numbers, inText };
    return select(scope, { ...filters, ...part });
  };
  const selection = computed<Selection>(() => chosen({}));
  /** What would be left without a part of the filters: what can be chosen besides. */
  const withoutEntities = computed(() => chosen({ entities: [] }));
  const withoutSources = computed(() => chosen({ sources: [] }));
  const bins = binsFor(corpus.date);

  effect(() => {
    const { full, text } = view.value;
    untracked(() => {
      const running = fullText.search.value;
      if (!full) return running && fullText.forget();
      if (running?.query !== text) void fullText.start(corpus, chunks, text);
    });
  });
  addEventListener("hashchange", () => {
    if (location.hash !== toHash(view.value)) view.value = fromHash(location.hash);
  });

  return {
    corpus,
    chunks,
    bins,
    view,
    folded: searched,
    nameNumbers: numbers,
    mentions,
    grouping,
    selection,
    summary: computed(() => summarise(corpus, bins, selection.value)),
    names: computed(() => namesCounted(corpus, grouping.value, selection.value)),
    sources: computed(() => sourcesCounted(corpus, searched.sources, selection.value)),
    /** What the fields offer: with the other filters, but not with their own. */
    offeredNames: computed(() => namesCounted(corpus, grouping.value, withoutEntities.value)),
    offeredSources: computed(() => sourcesCounted(corpus, searched.sources, withoutSources.value)),
    /** Changes the view; a step of its own for the back button, unless it is one of many while typing. */
    go(change: Partial<View>, step = true): void {
      // A mark of the trail stands for what the filters left when it was chosen.
      const next = { ...view.value, mark: "", ...change };
      const hash = toHash(next);
      if (hash === toHash(view.value)) return;
      view.value = next;
      if (step) location.hash = hash;
      else location.replace(hash);
    },
    /** The address of the view with a change. */
    link(change: Partial<View>): string {
      return toHash({ ...view.value, mark: "", ...change });
    },
  };
}

function filtersOf(view: View): Filters {
  const filters: Record<string, unknown> = {};
  for (const key of FILTER_KEYS) filters[key] = view[key];
  return filters as unknown as Filters;
}

const FILTER_KEYS = [
  "text",
  "full",
  "entities",
  "all",
  "sources",
  "certainty",
  "polarity",
  "holders",
  "from",
  "to",
  "undated",
  "languages",
  "score",
] as const satisfies readonly (keyof Filters)[];

/** Whether anything is filtered. */
export function isFiltered(view: View): boolean {
  return FILTER_KEYS.some((key) => key !== "all" && key !== "full" && String(view[key]) !== String(FIRST[key]));
}
