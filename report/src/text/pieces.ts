// A sentence cut into runs of text that are marked alike: in which entity, in a source, in a cue. Spans of a sentence
// may overlap (a source names a person); entities do not overlap each other.

import type { ArticlePart, EntityPart, SentencePart } from "../data/chunks.ts";
import type { Points } from "./points.ts";

export interface Run {
  text: string;
  source: boolean;
  attribution: boolean;
  certainty: boolean;
}

export interface Piece {
  /** The entity that the runs make up; null between entities. */
  entity: EntityPart | null;
  runs: Run[];
}

export function pieces(points: Points, sentence: SentencePart, entities: readonly EntityPart[]): Piece[] {
  const inside = entities
    .filter((entity) => entity.start >= sentence.start && entity.end <= sentence.end && entity.start < entity.end)
    .sort((a, b) => a.start - b.start);
  const cuts = new Set([sentence.start, sentence.end]);
  for (const span of [...sentence.source, ...sentence.cues, ...inside]) {
    for (const at of [span.start, span.end]) if (at > sentence.start && at < sentence.end) cuts.add(at);
  }
  const at = [...cuts].sort((a, b) => a - b);
  const result: Piece[] = [];
  let next = 0;
  for (let i = 0; i + 1 < at.length; i++) {
    const [start, end] = [at[i]!, at[i + 1]!];
    while (next < inside.length && inside[next]!.end <= start) next++;
    const candidate = inside[next];
    const entity = candidate && candidate.start <= start ? candidate : null;
    const run: Run = {
      text: points.slice(start, end),
      source: sentence.source.some((span) => covers(span, start)),
      attribution: sentence.cues.some((cue) => cue.kind === "attribution" && covers(cue, start)),
      certainty: sentence.cues.some((cue) => cue.kind === "certainty" && covers(cue, start)),
    };
    const before = result[result.length - 1];
    if (before && before.entity === entity) before.runs.push(run);
    else result.push({ entity, runs: [run] });
  }
  return result;
}

function covers(span: { start: number; end: number }, at: number): boolean {
  return span.start <= at && at < span.end;
}

/** Entities by the number of their sentence. */
export function bySentence(article: ArticlePart): EntityPart[][] {
  const lists: EntityPart[][] = article.sentences.map(() => []);
  for (const entity of article.entities) lists[entity.sentence]?.push(entity);
  return lists;
}
