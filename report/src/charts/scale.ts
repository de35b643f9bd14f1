// From values to pixels along a straight line. All that the charts need of a scale; the round numbers come from
// d3-array and d3-time.

export function linear([a, b]: [number, number], [from, to]: [number, number]): (value: number) => number {
  const slope = b === a ? 0 : (to - from) / (b - a);
  return (value) => from + (value - a) * slope;
}
