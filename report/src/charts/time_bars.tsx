// Bars over time: one value each, or parts on top of each other. The bars are one stop for the Tab key; arrows go from
// bar to bar, Enter sets the filter, Shift with it stretches the range.

import { ticks } from "d3-array";
import { useState } from "preact/hooks";
import { tip } from "../parts/tip.tsx";
import { useWidth } from "../parts/width.ts";
import { barWords, type Bins } from "../time/bins.ts";
import { linear } from "./scale.ts";
import { ticksFor } from "./time_axis.ts";

export interface Part {
  /** Name of a fill: a lane, or `plain`. */
  fill: string;
  value: number;
}

export interface TimeBar {
  parts: Part[];
  /** Outside the range of dates: drawn faint. */
  outside: boolean;
  /** What the tooltip says below the date. */
  lines: string[];
}

interface Props {
  label: string;
  bins: Bins;
  bars: TimeBar[];
  height: number;
  /** Top of the scale; the highest bar without it. */
  most?: number;
  format: (value: number) => string;
  pick: (bar: number, stretch: boolean) => void;
}

const LEFT = 44;
const BOTTOM = 22;
const TOP = 8;
/** Width of a letter of the axis at most. */
const LETTER = 7.5;

export function TimeBars({ label, bins, bars, height, most, format, pick }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState(0);
  const sums = bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0));
  const x = linear([0, bars.length], [LEFT, Math.max(LEFT + 1, width - 4)]);
  const top = most ?? Math.max(1, ...sums);
  const y = linear([0, top], [height - BOTTOM, TOP]);
  const barWidth = x(1) - x(0);
  // A single month is not a wall.
  const drawn = Math.min(barWidth - (barWidth > 5 ? 1.5 : 0.3), 56);
  const focus = (event: KeyboardEvent, bar: number) => {
    const next = Math.min(bars.length - 1, Math.max(0, bar));
    event.preventDefault();
    setAt(next);
    (event.currentTarget as Element).parentElement?.querySelector<SVGElement>(`[data-bar="${next}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent, bar: number) => {
    if (event.key === "ArrowRight") focus(event, bar + 1);
    else if (event.key === "ArrowLeft") focus(event, bar - 1);
    else if (event.key === "Home") focus(event, 0);
    else if (event.key === "End") focus(event, bars.length - 1);
    else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      pick(bar, event.shiftKey);
    }
  };
  const yTicks = ticks(0, top, 3).filter((value) => most !== undefined || Number.isInteger(value));
  return (
    <div ref={box} class="chart" style={{ height: `${height}px` }}>
      {width > 0 && (
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
          {yTicks.map((value) => (
            <g key={value} aria-hidden="true">
              <line class="grid" x1={LEFT} x2={width - 4} y1={y(value)} y2={y(value)} />
              <text class="tick" x={LEFT - 6} y={y(value)} dy="0.32em" text-anchor="end">
                {format(value)}
              </text>
            </g>
          ))}
          {ticksFor(bins, barWidth).map(({ bar, text }) => (
            <text
              key={bar}
              class="tick"
              aria-hidden="true"
              x={barWidth > 30 ? x(bar + 0.5) : x(bar) + 1}
              y={height - 5}
              text-anchor={barWidth > 30 ? "middle" : "start"}
            >
              {x(bar) + (barWidth > 30 ? barWidth : text.length * LETTER) > width ? "" : text}
            </text>
          ))}
          <g>
            {bars.map((bar, i) => {
              let sum = 0;
              return (
                <g
                  key={i}
                  data-bar={i}
                  role="button"
                  class={bar.outside ? "time-bar outside" : "time-bar"}
                  tabIndex={i === Math.min(at, bars.length - 1) ? 0 : -1}
                  aria-label={`${barWords(bins, i)}: ${bar.lines.join(", ")}`}
                  onClick={(event) => pick(i, event.shiftKey)}
                  onKeyDown={(event) => onKey(event, i)}
                  {...tip(() => (
                    <>
                      <strong>{barWords(bins, i)}</strong>
                      {bar.lines.map((line) => (
                        <div key={line}>{line}</div>
                      ))}
                    </>
                  ))}
                >
                  <rect class="hit" x={x(i)} y={TOP} width={barWidth} height={height - BOTTOM - TOP} />
                  {bar.parts.map((part) => {
                    const from = y(sum);
                    sum += part.value;
                    const size = from - y(sum);
                    return size > 0 ? (
                      <rect
                        key={part.fill}
                        class={`part part-${part.fill}`}
                        x={x(i) + (barWidth - drawn) / 2}
                        y={y(sum)}
                        width={Math.max(0.7, drawn)}
                        height={size}
                        fill={part.fill === "plain" ? undefined : `url(#fill-${part.fill})`}
                      />
                    ) : null;
                  })}
                </g>
              );
            })}
          </g>
          <line class="axis" x1={LEFT} x2={width - 4} y1={y(0)} y2={y(0)} />
        </svg>
      )}
    </div>
  );
}
