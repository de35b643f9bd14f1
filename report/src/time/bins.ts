// Time in bars: days, months or years, whichever the span of the articles and the precision of their dates ask for.
// An article whose date is coarser than a bar belongs to no bar and is counted apart.

import { utcDay, utcMonth, utcYear } from "d3-time";
import { dateOf, iso, parseDate, words, type DateSpan, type Precision } from "./date.ts";

const MOST_DAYS = 62;
const MOST_MONTHS = 144;
const MOST_BARS = 400;

export interface Bins {
  unit: Precision;
  /** First day of each bar, and the day after the last. */
  starts: number[];
}

const FLOOR = { day: utcDay, month: utcMonth, year: utcYear };

const RANK = { day: 0, month: 1, year: 2 };

/** Bars that cover all dates that fall into one; null without any. */
export function binsFor(dates: readonly (DateSpan | null)[]): Bins | null {
  const dated = dates.filter((date) => date !== null);
  if (dated.length === 0) return null;
  const unit = unitFor(dated);
  // An article dated to a year would draw out a chart of months.
  const [first, last] = spanOf(dated.filter((date) => RANK[date.precision] <= RANK[unit]));
  return { unit, starts: startsOf(unit, first, last) };
}

function unitFor(dated: readonly DateSpan[]): Precision {
  const share = (precision: Precision) => dated.filter((date) => date.precision === precision).length / dated.length;
  if (share("year") > 0.5) return "year";
  const finer = dated.filter((date) => date.precision !== "year");
  const [first, last] = spanOf(finer);
  // Days only where most articles have one; a month's article would stand in none of them.
  if (last - first < MOST_DAYS && share("day") > 0.5) return "day";
  return (last - first) / 30.4 > MOST_MONTHS ? "year" : "month";
}

function spanOf(dates: readonly DateSpan[]): [number, number] {
  let [first, last] = [Infinity, -Infinity];
  for (const date of dates) {
    first = Math.min(first, date.first);
    last = Math.max(last, date.last);
  }
  return [first, last];
}

function startsOf(unit: Precision, first: number, last: number): number[] {
  const floor = FLOOR[unit];
  const step = Math.max(1, Math.ceil(floor.count(dateOf(first), dateOf(last)) / MOST_BARS));
  const starts: number[] = [];
  let date = floor.floor(dateOf(first));
  const day = (at: Date) => Math.round(at.getTime() / 86_400_000);
  while (day(date) <= last) {
    starts.push(day(date));
    date = floor.offset(date, step);
  }
  starts.push(day(date));
  return starts;
}

/** Number of bars. */
export function count(bins: Bins): number {
  return bins.starts.length - 1;
}

/** The bar of a date, -1 where it may fall in more than one or lies outside. */
export function binOf(bins: Bins, date: DateSpan | null): number {
  if (!date) return -1;
  const { starts } = bins;
  if (date.first < starts[0]! || date.last >= starts[starts.length - 1]!) return -1;
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= date.first) low = middle;
    else high = middle - 1;
  }
  return date.last < starts[low + 1]! ? low : -1;
}

/** Dates of the filter, both included; an empty one is no bound. */
export interface Range {
  from: string;
  to: string;
}

/** The bar as a range of dates for the filter. */
export function rangeOf(bins: Bins, bar: number): Range {
  const from = bins.starts[bar]!;
  return { from: iso(from, bins.unit), to: iso(bins.starts[bar + 1]! - 1, bins.unit) };
}

/** The range, stretched until it reaches to the other; that one where there is none. */
export function stretched(range: Range, other: Range): Range {
  const [from, to] = [parseDate(range.from), parseDate(range.to)];
  if (!from && !to) return other;
  // As days: as texts, "2024-03" would lie behind "2024", and so outside of it.
  return {
    from: !from ? "" : parseDate(other.from)!.first < from.first ? other.from : range.from,
    to: !to ? "" : parseDate(other.to)!.last > to.last ? other.to : range.to,
  };
}

export function barWords(bins: Bins, bar: number): string {
  const from = bins.starts[bar]!;
  const to = bins.starts[bar + 1]! - 1;
  const [a, b] = [words(from, bins.unit), words(to, bins.unit)];
  return a === b ? a : `${a} to ${b}`;
}
