// The search field. Titles, names and sources are searched while typing; the full texts when asked for, in the
// background, with progress and a way to give up.

import { search, start, stop } from "../query/full_text.ts";
import type { State } from "../state.ts";

export function Search({ state }: { state: State }) {
  const { text, full } = state.view.value;
  const running = full ? search.value : null;
  return (
    <div class="search">
      <label for="f-text">Search</label>
      <input
        id="f-text"
        type="search"
        placeholder="titles, names, sources"
        autocomplete="off"
        spellcheck={false}
        value={text}
        aria-keyshortcuts="/"
        onInput={(event) => state.go({ text: event.currentTarget.value }, false)}
      />
      <label class="check">
        <input type="checkbox" checked={full} onChange={() => state.go({ full: !full })} /> also in the full texts
      </label>
      {running && running.query === text && (
        <div class="progress" role="status">
          {running.state === "running" && (
            <progress max={running.total} value={running.done} aria-label="Texts searched" />
          )}
          <span>
            {running.state === "running" &&
              `${Math.floor((100 * running.done) / Math.max(1, running.total))}% searched`}
            {running.state === "finished" && "All texts searched."}
            {running.state === "stopped" && `Given up after ${Math.floor((100 * running.done) / running.total)}%.`}
            {running.unread > 0 && " Some could not be read: the page is damaged."}
          </span>
          {running.state === "running" && (
            <button type="button" class="plain" onClick={stop}>
              stop
            </button>
          )}
          {running.state === "stopped" && (
            <button type="button" class="plain" onClick={() => void start(state.corpus, state.chunks, text)}>
              search again
            </button>
          )}
        </div>
      )}
    </div>
  );
}
