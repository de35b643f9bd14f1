// Where the trail's axis gets a label: days, months or years, in the finest steps whose labels do not meet. A day is
// labelled in its middle, where its marks stand; a month or a year where it begins.

import { unixDay, utcMonday, utcMonth, utcYear, type CountableTimeInterval, type TimeInterval } from "d3-time";
import { dateOf, words, type Precision } from "../time/date.ts";

const DAY = 86_400_000;

export interface TrailTick {
  /** In days since 1970. */
  at: number;
  /** Empty where the label would run into the one before. */
  text: string;
  /** Pixels that the label stands to the left of its place, so that the drawing holds it. */
  back: number;
}

interface Step {
  interval: TimeInterval;
  precision: Precision;
  /** Days from one label to the next, at least. */
  days: number;
}

const every = (interval: CountableTimeInterval, count: number) => (count === 1 ? interval : interval.every(count)!);
const STEPS: Step[] = [
  ...[1, 2].map((count): Step => ({ interval: every(unixDay, count), precision: "day", days: count })),
  ...[1, 2].map((count): Step => ({ interval: every(utcMonday, count), precision: "day", days: 7 * count })),
  { interval: utcMonth, precision: "month", days: 28 },
  { interval: every(utcMonth, 2), precision: "month", days: 59 },
  { interval: every(utcMonth, 3), precision: "month", days: 90 },
  { interval: every(utcMonth, 6), precision: "month", days: 181 },
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((count): Step => ({
    interval: every(utcYear, count),
    precision: "year",
    days: 365 * count,
  })),
];

/** Pixels from one label to the next at least. */
const ROOM: Record<Precision, number> = { day: 90, month: 60, year: 42 };
/** Half a label at most. */
const HALF: Record<Precision, number> = { day: 41, month: 33, year: 17 };

/** Labels from the day `first` to the day before `end`. A day is `dayWidth` pixels wide, and beyond the last are `beyond`. */
export function trailTicks(first: number, end: number, dayWidth: number, beyond: number): TrailTick[] {
  const { interval, precision } =
    STEPS.find(({ days, precision }) => days * dayWidth >= ROOM[precision]) ?? STEPS[STEPS.length - 1]!;
  const starts = interval.range(dateOf(first), dateOf(end)).map((date) => date.getTime() / DAY);
  // A few weeks in a narrow window may hold no beginning of a step.
  return starts.length > 0
    ? starts.map((start, i) => tick(start, precision, start - (starts[i - 1] ?? -Infinity)))
    : [tick(first, "day", Infinity)];

  function tick(start: number, precision: Precision, days: number): TrailTick {
    const at = precision === "day" ? start + 0.5 : start;
    const back = Math.max(0, HALF[precision] - (end - at) * dayWidth - beyond);
    const meets = back > 0 && days * dayWidth - back < ROOM[precision];
    return { at, text: meets ? "" : words(start, precision), back };
  }
}
