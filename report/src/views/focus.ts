// Where the focus goes when what had it is gone or was put elsewhere: a chip that was taken away, a row of the list after
// its article was opened. A reader with a keyboard or a screen reader would be at the top of the page.

import { useEffect } from "preact/hooks";

/** To be called where the page is drawn: before its parts are, what has the focus still stands there; afterwards not. */
export function useFocusKept(): void {
  const held = document.activeElement;
  useEffect(() => {
    if (document.activeElement !== document.body || !held || held === document.body) return;
    const next = held.isConnected ? held : document.getElementById("main");
    if (next instanceof HTMLElement || next instanceof SVGElement) next.focus({ preventScroll: true });
  });
}
