// Claims along time, in a lane for each degree and one for what is denied. In a lane the holder has a row and a shape
// of its own: author above (circle), source in the middle (square), hearsay below (triangle). Marks are one stop for
// the Tab key; arrows go from mark to mark in order of time.

import { useState } from "preact/hooks";
import { HOLDERS, LANE_NAMES, LANES } from "../data/label.ts";
import { tip } from "../parts/tip.tsx";
import { counted, Sign } from "../parts/text.tsx";
import { useWidth } from "../parts/width.ts";
import { marksOf, markKey, middleDay, type Claim, type Mark } from "../query/trail.ts";
import { spanWords } from "../time/date.ts";
import { linear } from "./scale.ts";
import { trailTicks } from "./trail_axis.ts";

const LANE_HEIGHT = 66;
const TOP = 10;
const BOTTOM = 26;
/** Room that a mark takes, and a digit of the number beside it. */
const ROOM = 22;
const DIGIT = 7;

interface Props {
  claims: readonly Claim[];
  chosen: string;
  pick: (key: string) => void;
}

export function TrailChart({ claims, chosen, pick }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState("");
  const dated = claims.filter((claim) => claim.date);
  const height = TOP + LANES.length * LANE_HEIGHT + BOTTOM;
  const left = width < 600 ? 116 : 140;
  let [first, last] = [Infinity, -Infinity];
  for (const { date } of dated) [first, last] = [Math.min(first, date!.first), Math.max(last, date!.last + 1)];
  // No row holds more claims than there are, and a number beside a mark must not run into the next.
  const digits = dated.length > 1 ? String(Math.ceil(dated.length / Math.max(1, (width - left) / 60))).length : 0;
  const room = ROOM + digits * DIGIT;
  const x = linear([first, last], [left + 14, Math.max(left + 40, width - room)]);
  // By its day, as the address has it, so that claims of one day are never two marks with one key.
  const place = (claim: Claim) => x(middleDay(claim.date!) + 0.5);
  const most = Math.max(
    1,
    ...LANES.flatMap((_, lane) => HOLDERS.map((_, holder) => largest(rowOf(dated, lane, holder), place, room))),
  );
  const size = linear([1, Math.sqrt(most)], [5, most > 1 ? 9 : 5]);
  const marks = LANES.flatMap((_, lane) =>
    HOLDERS.flatMap((_, holder) => marksOf(rowOf(dated, lane, holder), place, room)),
  ).sort((a, b) => a.x - b.x);
  const keys = marks.map(markKey);
  const current = Math.max(0, keys.indexOf(at || chosen));
  const onKey = (event: KeyboardEvent, mark: number) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -mark, End: marks.length - 1 - mark }[event.key];
    if (event.key === "Enter" || event.key === " ") pick(keys[mark]!);
    else if (step === undefined) return;
    else {
      const next = Math.min(marks.length - 1, Math.max(0, mark + step));
      setAt(keys[next]!);
      box.current?.querySelector<SVGElement>(`[data-mark="${next}"]`)?.focus();
    }
    event.preventDefault();
  };
  const ticks = dated.length === 0 ? [] : trailTicks(first, last, x(1) - x(0), width - x(last));
  return (
    <div ref={box} class="chart" style={{ height: `${height}px` }}>
      {width > 0 && dated.length > 0 && (
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="group"
          aria-label="Claims along time"
        >
          {LANES.map((lane, i) => (
            <g key={lane} aria-hidden="true">
              <rect
                class={i % 2 ? "lane" : "lane even"}
                x="0"
                width={width}
                y={TOP + i * LANE_HEIGHT}
                height={LANE_HEIGHT}
              />
              <foreignObject x="6" y={TOP + i * LANE_HEIGHT + 6} width={left - 8} height={LANE_HEIGHT - 8}>
                <div class="lane-name">
                  <Sign lane={lane} /> {LANE_NAMES[lane]}
                </div>
                <div class="lane-count">{counted(claims.filter((claim) => claim.lane === i).length, "claim")}</div>
              </foreignObject>
            </g>
          ))}
          {ticks.map(({ at, text, back }) => (
            <g key={at} aria-hidden="true">
              <line class="grid" x1={x(at)} x2={x(at)} y1={TOP} y2={height - BOTTOM} />
              <text class="tick" x={x(at) - back} y={height - 7} text-anchor="middle">
                {text}
              </text>
            </g>
          ))}
          {marks.map((mark, i) => (
            <g
              key={keys[i]}
              data-mark={i}
              role="button"
              class={chosen && chosen !== keys[i] ? "trail-mark dim" : "trail-mark"}
              tabIndex={i === current ? 0 : -1}
              aria-pressed={chosen === keys[i]}
              aria-label={describe(mark)}
              onClick={() => pick(keys[i]!)}
              onKeyDown={(event) => onKey(event, i)}
              {...tip(() => (
                <>
                  <strong>{period(mark)}</strong>
                  <div>
                    <Sign lane={LANES[mark.claims[0]!.lane]!} /> {LANE_NAMES[LANES[mark.claims[0]!.lane]!]}
                  </div>
                  <div>answered for by: {HOLDERS[mark.claims[0]!.holder]}</div>
                  <div>{counted(mark.claims.length, "claim")}</div>
                </>
              ))}
            >
              <Shape mark={mark} radius={size(Math.sqrt(mark.claims.length))} />
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

function rowOf(claims: readonly Claim[], lane: number, holder: number): Claim[] {
  return claims.filter((claim) => claim.lane === lane && claim.holder === holder);
}

function largest(row: Claim[], place: (claim: Claim) => number, room: number): number {
  return Math.max(0, ...marksOf(row, place, room).map((mark) => mark.claims.length));
}

function Shape({ mark, radius: r }: { mark: Mark; radius: number }) {
  const { lane, holder } = mark.claims[0]!;
  const y = TOP + lane * LANE_HEIGHT + LANE_HEIGHT * (0.19 + 0.31 * holder);
  const name = LANES[lane]!;
  const many = mark.claims.length > 1;
  return (
    <>
      <rect class="hit" x={mark.x - 11} y={y - 11} width="22" height="22" />
      {holder === 0 && <circle class={`shape fill-${name}`} cx={mark.x} cy={y} r={r} />}
      {holder === 1 && (
        <rect class={`shape fill-${name}`} x={mark.x - r * 0.9} y={y - r * 0.9} width={r * 1.8} height={r * 1.8} />
      )}
      {holder === 2 && (
        <path class={`shape fill-${name}`} d={`M${mark.x} ${y - r * 1.15} l${r * 1.15} ${r * 2} h${-r * 2.3} z`} />
      )}
      {many && (
        <text class="mark-count" x={mark.x + r + 3} y={y} dy="0.35em">
          {mark.claims.length}
        </text>
      )}
    </>
  );
}

function period(mark: Mark): string {
  const dates = [...new Set(mark.claims.map((claim) => spanWords(claim.date)))];
  return dates.length === 1 ? dates[0]! : `${dates[0]} to ${dates[dates.length - 1]}`;
}

function describe(mark: Mark): string {
  const { lane, holder } = mark.claims[0]!;
  return `${period(mark)}: ${counted(mark.claims.length, "claim")}, ${LANE_NAMES[LANES[lane]!]}, by ${HOLDERS[holder]}`;
}
