// What can be seen to be wrong with a page, whatever it shows.

import { setTimeout as wait } from "node:timers/promises";

/** What is wider than the window, cut off unasked, or on top of another text. Runs in the page. */
export function faults() {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, .patterns, .hidden, #tip, thead");
  const name = (element) => `${element.tagName}.${element.getAttribute("class")} "${element.textContent.slice(0, 40)}"`;
  for (const element of document.querySelectorAll("main *, .top *, .side *")) {
    if (!shown(element) || element.parentElement.closest(".row-title, .row-about, .bar-name")) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1))
      found.push(`outside the window: ${name(element)}`);
    const style = getComputedStyle(element);
    const cut = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2;
    const meant =
      style.textOverflow === "ellipsis" ||
      style.overflowY === "auto" ||
      element.matches(".chart, input, select, .rows li");
    if (cut && style.overflow !== "visible" && !meant) found.push(`cut: ${name(element)}`);
  }
  // Words of charts, labels and buttons: none may lie on another one.
  const boxes = [];
  for (const element of document.querySelectorAll(
    "main svg text, .lane-name, .lane-count, .figure dt, .figure dd, .chip, .panel h2, .panel h3, .bar-count, .bar-name, .row-title, .row-about, .row-date, .top nav a, .switch, .legend li",
  )) {
    if (!shown(element) || !element.textContent.trim()) continue;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (right > left) boxes.push({ element, left, right, top, bottom });
  }
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1.5 && high > 3) found.push(`on top of each other: ${name(a.element)} and ${name(b.element)}`);
    }
  });
  return found;
}

// What `look` still finds when it has had time to go: charts follow a new width a frame or more later, which a busy machine
// takes its time over.
export async function faultsAtRest(look) {
  const until = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (!found.length || Date.now() > until) return found;
    await wait(200);
  }
}
