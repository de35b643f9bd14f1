// The frame: title, pages, theme, filters beside the page that is open.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { line } from "../text/shown.ts";
import { Own } from "../parts/text.tsx";
import { Patterns } from "../parts/patterns.tsx";
import { Tip } from "../parts/tip.tsx";
import { isFiltered, type State } from "../state.ts";
import type { Page } from "../query/view.ts";
import { About, Failures } from "./about.tsx";
import { Article } from "./article.tsx";
import { Articles } from "./articles.tsx";
import { Chips, Empty } from "./chips.tsx";
import { FilterForm } from "./filters.tsx";
import { useFocusKept } from "./focus.ts";
import { Overview } from "./overview.tsx";
import { Theme } from "./theme.tsx";
import { Trail } from "./trail.tsx";

const NAMES: Partial<Record<Page, string>> = {
  overview: "Overview",
  articles: "Articles",
  trail: "Claim trail",
  failures: "Failures",
  about: "About",
};

/** On a narrow screen the filters open on demand. */
const unfolded = signal(false);

export function Shell({ state }: { state: State }) {
  const { corpus, view } = state;
  const { page } = view.value;
  const title = corpus.title ?? "News articles, labelled";
  const filtered = page !== "failures" && page !== "about";
  useShortcuts();
  useFocusKept();
  useEffect(() => {
    document.title = line(title);
  }, [title]);
  // A view begins at its top, but for an article, which goes to its sentence.
  useEffect(() => {
    if (page !== "article") scrollTo({ top: 0 });
  }, [page]);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Patterns />
      <header class="top">
        <div class="brand">
          <h1>
            <Own text={title} />
          </h1>
          <Theme />
        </div>
        <nav aria-label="Views">
          {(Object.keys(NAMES) as Page[]).map((one) => {
            if (one === "failures" && corpus.failures.length === 0) return null;
            const current = one === page || (one === "articles" && page === "article");
            return (
              <a key={one} href={state.link({ page: one, sentence: -1 })} aria-current={current ? "page" : undefined}>
                {NAMES[one]}
                {one === "failures" && ` ${corpus.failures.length}`}
              </a>
            );
          })}
        </nav>
      </header>
      <div class={filtered ? "frame" : "frame alone"}>
        {filtered && (
          <div class={unfolded.value ? "side open" : "side"}>
            <button
              type="button"
              class="unfold"
              aria-expanded={unfolded.value}
              aria-controls="filters"
              onClick={() => (unfolded.value = !unfolded.value)}
            >
              Search and filters{isFiltered(view.value) ? " (on)" : ""}
            </button>
            <div id="filters">
              <FilterForm state={state} />
            </div>
          </div>
        )}
        <main id="main" tabIndex={-1}>
          {filtered && <Chips state={state} />}
          <Content state={state} page={page} />
        </main>
      </div>
      <Tip />
    </>
  );
}

function Content({ state, page }: { state: State; page: Page }) {
  const empty = state.selection.value.list.length === 0 && state.corpus.id.length > 0;
  if (page === "about") return <About state={state} />;
  if (page === "failures") return <Failures state={state} />;
  if (page === "article") return <Article state={state} />;
  if (page === "trail" && state.view.value.entities.length > 0) return <Trail state={state} />;
  if (state.corpus.id.length === 0) return <p class="note">No article was labelled.</p>;
  if (empty) return <Empty state={state} />;
  if (page === "trail") return <Trail state={state} />;
  return page === "articles" ? <Articles state={state} /> : <Overview state={state} />;
}

/** The link's own way would change the address, which is the view. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** `/` goes to the search field, wherever one is not typing. */
function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      unfolded.value = true;
      requestAnimationFrame(() => document.getElementById("f-text")?.focus());
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
