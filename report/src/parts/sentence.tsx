// A sentence with all that was found in it: entities as links to their trail, source and cues underlined, and its
// labels and scores as a tooltip.

import type { ComponentChildren } from "preact";
import type { EntityPart, SentencePart, SpanPart } from "../data/chunks.ts";
import { DEGREES, LANE_NAMES, type Lane } from "../data/label.ts";
import { joined, nameKey } from "../query/view.ts";
import type { Points } from "../text/points.ts";
import { line, shown } from "../text/shown.ts";
import { pieces, type Run } from "../text/pieces.ts";
import type { State } from "../state.ts";
import { Own, score, Sign } from "./text.tsx";
import { tip } from "./tip.tsx";

/** The lane of a sentence; null where it makes no claim that was judged. */
export function laneOfSentence(sentence: SentencePart): Lane | null {
  if (sentence.claim?.label === false || !sentence.certainty) return null;
  return sentence.polarity?.label === "negative" ? "denied" : sentence.certainty.label;
}

/** All in words, as the line below a claim in the terminal. */
export function inWords(sentence: SentencePart, points: Points): string {
  const { certainty, polarity } = sentence;
  if (!certainty) return sentence.claim?.label ? "claim" : "no claim";
  const degree = `${certainty.label}${polarity?.label === "negative" ? " NOT" : ""} (${score(certainty.score)})`;
  return [degree, answers(sentence, points)].filter(Boolean).join(" · ");
}

/** Who answers for it, and the words that give it away. */
export function answers({ source, cues, holder }: SentencePart, points: Points): string {
  // A word that is both kinds of cue stands in the record twice; two cues may begin with the same word.
  const spans = (list: SpanPart[]) =>
    [...new Map(list.map((span) => [spanKey(span), line(points.slice(span.start, span.end))])).values()].join(", ");
  const by = source.length > 0 && holder?.label !== "author" ? `source: ${spans(source)}` : (holder?.label ?? "");
  return [by, cues.length > 0 ? `cues: ${spans(cues)}` : ""].filter(Boolean).join(" · ");
}

function spanKey({ start, end }: SpanPart): string {
  return `${start}-${end}`;
}

function runClass(run: Run): string | undefined {
  const names = [run.source && "source", run.attribution && "attribution", run.certainty && "certainty"];
  return names.filter(Boolean).join(" ") || undefined;
}

interface TextProps {
  state: State;
  points: Points;
  sentence: SentencePart;
  entities: EntityPart[];
}

export function SentenceText({ state, points, sentence, entities }: TextProps) {
  const cut = pieces(points, sentence, entities);
  return (
    <>
      {cut.map((piece, i) => {
        const runs = piece.runs.map((run, j) => (
          <span key={j} class={runClass(run)}>
            {shown(run.text)}
          </span>
        ));
        return piece.entity ? (
          <Entity key={i} state={state} entity={piece.entity} name={piece.runs.map((run) => run.text).join("")}>
            {runs}
          </Entity>
        ) : (
          runs
        );
      })}
    </>
  );
}

interface EntityProps {
  state: State;
  entity: EntityPart;
  name: string;
  children: ComponentChildren;
}

function Entity({ state, entity, name, children }: EntityProps) {
  const key = nameKey(entity.label, joined(name));
  const kind = ["PER", "ORG", "LOC", "MISC"].includes(entity.label) ? entity.label : "MISC";
  return (
    <a
      class={`entity entity-${kind}`}
      href={state.link({ page: "trail", entities: [key], sentence: -1 })}
      {...tip(() => (
        <>
          <strong>
            <Own text={name} />
          </strong>
          <div>
            {entity.type === entity.label ? entity.label : `${entity.label} (${entity.type})`} · {score(entity.score)}
          </div>
          <div class="faint">Opens the claim trail</div>
        </>
      ))}
    >
      {children}
      <span class={`type type-${kind}`}>{line(entity.label)}</span>
    </a>
  );
}

/** What the tooltip of a sentence says: every label with its score. */
export function SentenceScores({ sentence, points }: { sentence: SentencePart; points: Points }) {
  const { certainty, polarity, holder, claim, classes } = sentence;
  const lane = laneOfSentence(sentence);
  return (
    <div class="scores">
      {lane && certainty && (
        <strong>
          <Sign lane={lane} /> {lane === "denied" ? `${certainty.label} NOT` : LANE_NAMES[lane]}
        </strong>
      )}
      <table>
        <tbody>
          {claim && <Row name="claim" value={claim.label ? "yes" : "no"} score={claim.score} />}
          {certainty &&
            DEGREES.map((degree) => <Row key={degree} name={degree} score={certainty.scores[degree]} bar />)}
          {polarity && <Row name="polarity" value={polarity.label} score={polarity.score} />}
          {holder && <Row name="holder" value={holder.label} score={holder.score} />}
          {sentence.source.map((span) => (
            <Row
              key={`s${spanKey(span)}`}
              name="source"
              value={points.slice(span.start, span.end)}
              score={span.score}
            />
          ))}
          {sentence.cues.map((cue) => (
            <Row
              key={`${cue.kind}${spanKey(cue)}`}
              name={`${cue.kind} cue`}
              value={points.slice(cue.start, cue.end)}
              score={cue.score}
            />
          ))}
          {classes &&
            Object.entries(classes.scores).map(([name, value]) => (
              <Row key={name} name={line(name)} score={value} bar />
            ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  name: string;
  value?: string;
  score?: number | undefined;
  bar?: boolean;
}

function Row({ name, value, score: given, bar = false }: RowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {value !== undefined && <Own text={value} />}
        {bar && given !== undefined && <span class="score-bar" style={{ width: `${given * 72}px` }} />}
      </td>
      <td class="number">{given === undefined ? "" : score(given)}</td>
    </tr>
  );
}
