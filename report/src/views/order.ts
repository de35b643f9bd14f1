// Articles that pass in the order that the reader chose, and how an article stands in the address.

import type { View } from "../query/view.ts";
import type { State } from "../state.ts";

/** Numbers of the articles that pass. Articles without a date come last in both orders of time. */
export function ordered(state: State): number[] {
  const { corpus, selection, view } = state;
  const { list, hits } = selection.value;
  const sort = view.value.sort;
  if (sort === "input") return list;
  const sorted = [...list];
  if (sort === "claims") return sorted.sort((a, b) => hits[b]! - hits[a]! || a - b);
  const sign = sort === "oldest" ? 1 : -1;
  const first = (article: number) => corpus.date[article]?.first ?? sign * Infinity;
  return sorted.sort((a, b) => (first(a) === first(b) ? a - b : sign * (first(a) - first(b))));
}

/** The address of an article: its id, and which of those with that id. */
export function addressOf(state: State, article: number, sentence = -1): Partial<View> {
  const { id } = state.corpus;
  const text = id[article]!;
  const nth = repeated(state).get(article) ?? 1;
  return { page: "article", article: text, nth, sentence };
}

/** The number of the article in the address; -1 where there is none. */
export function articleAt(state: State): number {
  const { article, nth } = state.view.value;
  let at = -1;
  for (let i = 0; i < nth; i++) {
    at = state.corpus.id.indexOf(article, at + 1);
    if (at < 0) return -1;
  }
  return at;
}

const repeats = new WeakMap<object, Map<number, number>>();

/** For articles whose id stood before: the how manyeth it is. */
function repeated({ corpus }: State): Map<number, number> {
  let found = repeats.get(corpus);
  if (found) return found;
  found = new Map();
  const counts = new Map<string, number>();
  corpus.id.forEach((id, article) => {
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    if (count > 1) found!.set(article, count);
  });
  repeats.set(corpus, found);
  return found;
}
