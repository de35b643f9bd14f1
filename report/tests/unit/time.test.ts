// Dates that may be a day, a month or a year, and the bars that they fall into.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ticksFor } from "../../src/charts/time_axis.ts";
import { trailTicks } from "../../src/charts/trail_axis.ts";
import { barWords, binOf, binsFor, count, rangeOf, stretched } from "../../src/time/bins.ts";
import { iso, parseDate, spanWords, within, type DateSpan } from "../../src/time/date.ts";

const dates = (...texts: (string | null)[]) => texts.map(parseDate);

test("dates are what a calendar has", () => {
  assert.deepEqual(parseDate("1970-01-02"), { first: 1, last: 1, precision: "day" });
  assert.deepEqual(parseDate("1970-02"), { first: 31, last: 58, precision: "month" });
  assert.deepEqual(parseDate("1972"), { first: 730, last: 1095, precision: "year" });
  assert.equal(parseDate("2016-02-29")!.first - parseDate("2016-02-28")!.first, 1);
  assert.equal(parseDate("0017")!.precision, "year");
  for (const wrong of ["", null, "2017-13", "2017-00", "2017-02-30", "2017-2-3", "17-01", "x2017", "2017-06-14T00"]) {
    assert.equal(parseDate(wrong), null, String(wrong));
  }
});

test("words say no more than the date", () => {
  assert.deepEqual(dates("2017-06-14", "2017-06", "2017", null).map(spanWords), [
    "14 Jun 2017",
    "Jun 2017",
    "2017",
    "no date",
  ]);
});

test("a date lies in a range when all it may mean does", () => {
  const june = parseDate("2017-06")!;
  const inside = (text: string) => within(parseDate(text)!, june.first, june.last);
  assert.deepEqual(["2017-06-01", "2017-06-30", "2017-06", "2017-07-01", "2017"].map(inside), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("bars are days, months or years, as the dates ask for", () => {
  const unit = (...texts: (string | null)[]) => binsFor(dates(...texts))?.unit;
  assert.equal(unit("2017-06-01", "2017-06-20", null), "day");
  assert.equal(unit("2017-06", "2017-06", "2017-06-14"), "month");
  assert.equal(unit("2016-01-01", "2017-06-20"), "month");
  assert.equal(unit("1990-01-01", "2017-06-20"), "year");
  assert.equal(unit("2016", "2017", "2017-03"), "year");
  assert.equal(unit(null), undefined);
});

test("a coarse date does not draw out the chart", () => {
  const bins = binsFor(dates("2017-03-02", "2017-05-20", "2017", null))!;
  assert.deepEqual(
    [bins.unit, count(bins), barWords(bins, 0), barWords(bins, 2)],
    ["month", 3, "Mar 2017", "May 2017"],
  );
  const days = binsFor(dates("2017-03-02", "2017-03-04", "2017-03", "2017-03-03"))!;
  assert.deepEqual([days.unit, count(days), binOf(days, parseDate("2017-03"))], ["day", 3, -1]);
});

test("an article falls in one bar or in none", () => {
  const bins = binsFor(dates("2017-01-31", "2017-03"))!;
  assert.equal(count(bins), 3);
  assert.deepEqual(
    dates("2017-01-01", "2017-01-31", "2017-02", "2017-03-31", "2017", null, "2016-12").map((date) =>
      binOf(bins, date),
    ),
    [0, 0, 1, 2, -1, -1, -1],
  );
  assert.deepEqual(rangeOf(bins, 1), { from: "2017-02", to: "2017-02" });
  assert.equal(barWords(bins, 1), "Feb 2017");
});

test("long spans stay drawable, and their bars cover them", () => {
  const span: DateSpan[] = [parseDate("0900")!, parseDate("2020")!];
  const bins = binsFor(span)!;
  assert.ok(count(bins) <= 400);
  assert.ok(bins.starts[0]! <= span[0]!.first && bins.starts[bins.starts.length - 1]! > span[1]!.last);
  assert.equal(binOf(bins, span[1]!), count(bins) - 1);
  const range = rangeOf(bins, 0);
  assert.ok(parseDate(range.from) && parseDate(range.to));
});

test("a range is stretched to a bar, and never shrinks", () => {
  const to = (from: string, to: string, bar: string) => {
    const range = stretched({ from, to }, { from: bar, to: bar });
    return `${range.from}/${range.to}`;
  };
  assert.equal(to("2024", "2024", "2024-03-15"), "2024/2024");
  assert.equal(to("2024-03", "2024-03", "2024-03-31"), "2024-03/2024-03");
  assert.equal(to("2024-03-15", "2024-03-15", "2024-03"), "2024-03/2024-03");
  assert.equal(to("2024-03", "2024-03", "2024-05"), "2024-03/2024-05");
  assert.equal(to("2024-03-02", "2024-03-09", "2023"), "2023/2024-03-09");
  // An end that is open stays open; one that is no date is open.
  assert.equal(to("2024-03", "", "2024-05"), "2024-03/");
  assert.equal(to("March", "2024-03", "2024-05"), "/2024-05");
  assert.equal(to("", "", "2024-05"), "2024-05/2024-05");
});

test("the first day on the axis says the year, and so does the first of another", () => {
  const labels = (...texts: string[]) => ticksFor(binsFor(dates(...texts))!, 120).map(({ text }) => text);
  assert.deepEqual(labels("2024-03-14", "2024-03-16"), ["14 Mar 2024", "15 Mar", "16 Mar"]);
  assert.deepEqual(labels("2023-12-31", "2024-01-01"), ["31 Dec 2023", "1 Jan 2024"]);
});

/** Labels of the trail's axis over these dates, in a drawing of that width. */
function trailLabels(width: number, ...texts: string[]) {
  const spans = dates(...texts).map((date) => date!);
  const first = Math.min(...spans.map((span) => span.first));
  const end = Math.max(...spans.map((span) => span.last + 1));
  return { first, end, dayWidth: width / (end - first), ticks: trailTicks(first, end, width / (end - first), 22) };
}

test("the trail's axis labels each day once, in the middle of it", () => {
  for (const width of [230, 1000, 2200]) {
    const { ticks, first } = trailLabels(width, "2024-03-14");
    assert.deepEqual(
      ticks.map(({ at, text }) => [at - first, text]),
      [[0.5, "14 Mar 2024"]],
    );
  }
  const { ticks, first } = trailLabels(1000, "2024-03-14", "2024-03-16");
  assert.deepEqual(
    ticks.map(({ at, text }) => [at - first, text]),
    [
      [0.5, "14 Mar 2024"],
      [1.5, "15 Mar 2024"],
      [2.5, "16 Mar 2024"],
    ],
  );
});

test("labels of the trail's axis stand at what they say and never meet", () => {
  for (const last of [
    "2017-01-03",
    "2017-01-12",
    "2017-01-30",
    "2017-03-15",
    "2017-09-02",
    "2018-02-01",
    "2031",
    "2400",
  ])
    for (const width of [230, 700, 1000, 2200]) {
      const where = `to ${last}, ${width} pixels`;
      const { ticks, first, end, dayWidth } = trailLabels(width, "2017-01-02", last);
      assert.ok(ticks.length > 0, where);
      assert.equal(new Set(ticks.map(({ text }) => text)).size, ticks.length, where);
      const shown = ticks.filter(({ text }) => text !== "");
      assert.ok(ticks.length - shown.length <= 1, where);
      ticks.forEach(({ at }) => assert.ok(at >= first && at < end, where));
      shown.forEach(({ at, text, back }, i) => {
        const to = (at - first) * dayWidth - back;
        // A letter is about 7 pixels wide.
        assert.ok(to + text.length * 3.5 <= width + 22 + 1, where);
        if (i === 0) return;
        const before = (shown[i - 1]!.at - first) * dayWidth - shown[i - 1]!.back;
        assert.ok(to - before >= (text.length + shown[i - 1]!.text.length) * 3.5, `${where}: ${text}`);
      });
    }
  assert.deepEqual(
    trailLabels(700, "2017-01-04", "2017-02-06").ticks.map(({ at, text }) => [iso(at - 0.5, "day"), text]),
    [
      ["2017-01-09", "9 Jan 2017"],
      ["2017-01-16", "16 Jan 2017"],
      ["2017-01-23", "23 Jan 2017"],
      ["2017-01-30", "30 Jan 2017"],
      ["2017-02-06", "6 Feb 2017"],
    ],
  );
  assert.deepEqual(
    trailLabels(700, "2017-01-02", "2017-05-20").ticks.map(({ text }) => text),
    ["Feb 2017", "Mar 2017", "Apr 2017", "May 2017"],
  );
});

test("labels of the axis never meet", () => {
  for (const texts of [
    ["2017-06-01", "2017-07-20"],
    ["2010-01-01", "2019-12-31"],
    ["2017-01", "2017-03"],
    ["1600", "2017"],
  ]) {
    const bins = binsFor(dates(...texts))!;
    for (const width of [3, 9, 30, 120]) {
      const ticks = ticksFor(bins, width);
      assert.ok(ticks.length > 0);
      for (let i = 1; i < ticks.length; i++)
        assert.ok((ticks[i]!.bar - ticks[i - 1]!.bar) * width >= 60 || ticks.length < 3, `${texts} ${width}`);
    }
  }
});
