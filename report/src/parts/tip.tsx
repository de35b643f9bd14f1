// The one tooltip of the page. It opens on hover and on focus alike, stays while the pointer is on it, closes with
// Escape, and is what screen readers read as the description of the thing it belongs to.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Open {
  anchor: Element;
  content: ComponentChildren;
}

const open = signal<Open | null>(null);
let leaving: ReturnType<typeof setTimeout> | undefined;

function show(anchor: Element, content: ComponentChildren): void {
  clearTimeout(leaving);
  open.value = { anchor, content };
}

function leave(): void {
  clearTimeout(leaving);
  leaving = setTimeout(() => (open.value = null), 160);
}

/** Closes it at once. */
function closeTip(): void {
  clearTimeout(leaving);
  open.value = null;
}

interface Handlers {
  onMouseEnter: (event: Event) => void;
  onMouseLeave: () => void;
  onFocus: (event: Event) => void;
  onBlur: () => void;
  "aria-describedby": "tip";
}

/** What an element needs to have a tooltip; the content is made when it opens. */
export function tip(content: () => ComponentChildren): Handlers {
  const enter = (event: Event) => show(event.currentTarget as Element, content());
  return { onMouseEnter: enter, onFocus: enter, onMouseLeave: leave, onBlur: leave, "aria-describedby": "tip" };
}

const GAP = 8;

export function Tip() {
  const box = useRef<HTMLDivElement>(null);
  const now = open.value;
  useLayoutEffect(() => {
    const escape = (event: KeyboardEvent) => event.key === "Escape" && closeTip();
    addEventListener("keydown", escape);
    addEventListener("hashchange", closeTip);
    return () => {
      removeEventListener("keydown", escape);
      removeEventListener("hashchange", closeTip);
    };
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (!now || !element) return;
    // The first line of a sentence that runs over several: its box would be as wide as the column.
    const at = now.anchor.getClientRects()[0] ?? now.anchor.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const left = Math.min(Math.max(GAP, at.left), document.documentElement.clientWidth - width - GAP);
    const above = at.top - height - GAP;
    element.style.left = `${Math.max(GAP, left)}px`;
    element.style.top = `${above >= GAP ? above : at.bottom + GAP}px`;
  }, [now]);
  return (
    <div
      id="tip"
      role="tooltip"
      ref={box}
      class="tip"
      hidden={!now}
      onMouseEnter={() => clearTimeout(leaving)}
      onMouseLeave={leave}
    >
      {now?.content}
    </div>
  );
}
