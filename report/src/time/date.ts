// Dates as the record has them: a day, a month or a year. Each is the span of days that it may mean, counted from
// 1 January 1970 in UTC, so that no time zone can move an article to another month.

export type Precision = "day" | "month" | "year";

export interface DateSpan {
  first: number;
  last: number;
  precision: Precision;
}

const DAY = 86_400_000;

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; null for anything else and for a day that no calendar has. */
export function parseDate(text: string | null | undefined): DateSpan | null {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text?.trim() ?? "");
  if (!match) return null;
  const year = Number(match[1]);
  if (match[2] === undefined) return { first: dayOf(year, 0, 1), last: dayOf(year + 1, 0, 1) - 1, precision: "year" };
  const month = Number(match[2]) - 1;
  if (month < 0 || month > 11) return null;
  if (match[3] === undefined) {
    return { first: dayOf(year, month, 1), last: dayOf(year, month + 1, 1) - 1, precision: "month" };
  }
  const day = Number(match[3]);
  const first = dayOf(year, month, day);
  if (day < 1 || first >= dayOf(year, month + 1, 1)) return null;
  return { first, last: first, precision: "day" };
}

/** Days since 1970; month from 0. */
export function dayOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  // Date.UTC would take the year 17 for 1917.
  date.setUTCFullYear(year, month, day);
  return Math.round(date.getTime() / DAY);
}

export function dateOf(day: number): Date {
  return new Date(day * DAY);
}

/** `2017-06-14`, cut to the precision. */
export function iso(day: number, precision: Precision): string {
  return dateOf(day).toISOString().slice(0, { day: 10, month: 7, year: 4 }[precision]);
}

const FORMATS: Record<Precision, Intl.DateTimeFormat> = {
  day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" }),
  year: new Intl.DateTimeFormat("en-GB", { year: "numeric", timeZone: "UTC" }),
};

/** `14 Jun 2017`, `Jun 2017` or `2017`. */
export function words(day: number, precision: Precision): string {
  return FORMATS[precision].format(dateOf(day));
}

export function spanWords(span: DateSpan | null): string {
  return span ? words(span.first, span.precision) : "no date";
}

/** Whether all that the span may mean lies between the two days. */
export function within(span: DateSpan, from: number, to: number): boolean {
  return span.first >= from && span.last <= to;
}
