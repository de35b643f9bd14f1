// Names in order of how often they occur, each a button with its bar.

import { number, Own } from "./text.tsx";
import { tip } from "./tip.tsx";

export interface BarItem {
  key: string;
  text: string;
  count: number;
  pressed: boolean;
  /** What is said of it besides: its spellings. */
  note?: string;
  pick: () => void;
}

export function BarList({ items, most, what }: { items: BarItem[]; most: number; what: string }) {
  if (items.length === 0) return <p class="faint">None.</p>;
  return (
    <ol class="bar-list">
      {items.map((item) => (
        <li key={item.key}>
          <button
            type="button"
            aria-pressed={item.pressed}
            onClick={item.pick}
            {...(item.note ? tip(() => item.note) : {})}
          >
            <span class="bar" style={{ width: `${(100 * item.count) / most}%` }} />
            <Own text={item.text} class="bar-name" />
            {item.note && (
              <span class="bar-note" aria-hidden="true">
                +
              </span>
            )}
            <span class="hidden">: </span>
            <span class="bar-count">
              {number(item.count)}
              <span class="hidden"> {what}</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
