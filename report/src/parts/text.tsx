// Small pieces that every view uses: text of others, numbers, signs.

import { LANE_NAMES, LANES, SIGNS, type Lane } from "../data/label.ts";
import { line } from "../text/shown.ts";

/** Text of others on one line, kept to itself whatever its direction. */
export function Own({ text, class: name }: { text: string; class?: string }) {
  return <bdi class={name}>{line(text) || "(empty)"}</bdi>;
}

const NUMBER = new Intl.NumberFormat("en-GB");

export function number(value: number): string {
  return NUMBER.format(value);
}

export function counted(value: number, what: string, many = `${what}s`): string {
  return `${number(value)} ${value === 1 ? what : many}`;
}

/** A share in whole per cent, `<1%` for one that would read as none. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = (100 * part) / whole;
  if (part > 0 && percent < 0.5) return "<1%";
  if (part < whole && percent >= 99.5) return ">99%";
  return `${Math.round(percent)}%`;
}

/** A score as the terminal writes it. */
export function score(value: number): string {
  return value.toFixed(2);
}

/** The sign of a lane; its name stands beside it or in the label of what it belongs to. */
export function Sign({ lane }: { lane: Lane }) {
  return (
    <span class={`sign ink-${lane}`} aria-hidden="true">
      {SIGNS[lane]}
    </span>
  );
}

/** A small drawing of the lane's colour and pattern, as in the charts. */
export function Swatch({ lane }: { lane: Lane }) {
  return (
    <svg class="swatch" width="14" height="14" aria-hidden="true">
      <rect width="14" height="14" fill={`url(#fill-${lane})`} />
    </svg>
  );
}

export function LaneLegend() {
  return (
    <ul class="legend" aria-label="Legend">
      {LANES.map((lane) => (
        <li key={lane}>
          <Swatch lane={lane} /> <Sign lane={lane} /> {LANE_NAMES[lane]}
        </li>
      ))}
    </ul>
  );
}
