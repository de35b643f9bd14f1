// Dates that may be a day, a month or a year, and the bars that they fall into.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ticksFor } from "../../src/charts/time_axis.ts";
import { barWords, binOf, binsFor, count, rangeOf } from "../../src/time/bins.ts";
import { parseDate, spanWords, within, type DateSpan } from "../../src/time/date.ts";

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
