// Which bars of a chart over time get a label, so that labels never meet: steps of the calendar, aligned to it.

import { dateOf } from "../time/date.ts";
import type { Bins } from "../time/bins.ts";

export interface Tick {
  bar: number;
  text: string;
}

const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600];
const YEAR_STEPS = [1, 2, 5, 10, 20, 50, 100];
const DAY_STEPS = [1, 2, 7, 14, 28];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Room that a label takes, in pixels. Days need more: the first of them says the year. */
const ROOM = { day: 92, month: 64, year: 64 };

export function ticksFor(bins: Bins, barWidth: number): Tick[] {
  const starts = bins.starts.slice(0, -1);
  const steps = { day: DAY_STEPS, month: MONTH_STEPS, year: YEAR_STEPS }[bins.unit];
  const position = (start: number, bar: number) => {
    const date = dateOf(start);
    if (bins.unit === "day") return bar;
    const year = date.getUTCFullYear();
    return bins.unit === "year" ? year : year * 12 + date.getUTCMonth();
  };
  const positions = starts.map(position);
  const perBar = positions.length > 1 ? Math.max(1, positions[1]! - positions[0]!) : 1;
  const step = steps.find((size) => (size / perBar) * barWidth >= ROOM[bins.unit]) ?? steps[steps.length - 1]!;
  const ticks: Tick[] = [];
  let before: number | undefined;
  starts.forEach((start, bar) => {
    if (positions[bar]! % step !== 0 && starts.length > 1) return;
    ticks.push({ bar, text: labelOf(bins, start, before) });
    before = start;
  });
  if (ticks.length === 0) ticks.push({ bar: 0, text: labelOf(bins, starts[0]!, before) });
  return ticks;
}

/** The year stands where it begins and at the first label, and is understood after it. */
function labelOf(bins: Bins, start: number, before: number | undefined): string {
  const date = dateOf(start);
  const year = String(date.getUTCFullYear());
  if (bins.unit === "year") return year;
  const month = MONTHS[date.getUTCMonth()]!;
  const name = bins.unit === "day" ? `${date.getUTCDate()} ${month}` : month;
  const isNew = before === undefined || dateOf(before).getUTCFullYear() !== date.getUTCFullYear();
  return isNew ? `${name} ${year}` : name;
}
