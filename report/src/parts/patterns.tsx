// The fills of the charts: a colour and a pattern for each lane, so that they are told apart without colour, on paper
// too. Other drawings refer to them by name.

import { LANES, type Lane } from "../data/label.ts";

const LINES: Record<Lane, string> = {
  certain: "",
  probable: "M0 0 H8",
  possible: "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6",
  uncommitted: "M2 2 h1.4 M6 6 h1.4",
  denied: "M0 0 L8 8 M0 8 L8 0",
};

export function Patterns() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        {LANES.map((lane) => (
          <pattern key={lane} id={`fill-${lane}`} width="8" height="8" patternUnits="userSpaceOnUse">
            <rect width="8" height="8" class={`fill-${lane}`} />
            {LINES[lane] && <path d={LINES[lane]} class={`line-${lane}`} />}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}
