// Articles in full, as the record has them (docs/RECORD.md), read from their chunk when a view asks for them.
// A few chunks are kept, the one used longest ago goes first.

import type { Corpus } from "./corpus.ts";
import type { Degree, Holder } from "./label.ts";
import type { Lines } from "./lines.ts";

export interface SpanPart {
  start: number;
  end: number;
  score: number;
}

export interface Cue extends SpanPart {
  kind: "attribution" | "certainty";
}

export interface EntityPart extends SpanPart {
  label: string;
  type: string;
  sentence: number;
}

interface Judged<Label> {
  label: Label;
  score: number;
}

export interface SentencePart {
  start: number;
  end: number;
  paragraph: number;
  heading: boolean;
  claim?: Judged<boolean> | null;
  certainty?: (Judged<Degree> & { scores: Record<Degree, number> }) | null;
  polarity?: Judged<"positive" | "negative"> | null;
  holder?: Judged<Holder> | null;
  classes?: { label: string; scores: Record<string, number> } | null;
  source: SpanPart[];
  cues: Cue[];
}

export interface ArticlePart {
  id: string;
  path?: string | null;
  date?: string | null;
  language?: string | null;
  language_supported?: boolean;
  text: string;
  sentences: SentencePart[];
  entities: EntityPart[];
}

const KEPT = 12;

export class Chunks {
  #lines: Lines;
  #corpus: Corpus;
  #kept = new Map<number, Promise<ArticlePart[]>>();

  constructor(lines: Lines, corpus: Corpus) {
    this.#lines = lines;
    this.#corpus = corpus;
  }

  /** Article `number` of the index in full. */
  async article(number: number): Promise<ArticlePart> {
    const chunk = this.#corpus.chunk[number]!;
    const articles = await this.chunk(chunk);
    const article = articles[number - this.#corpus.chunkStart[chunk]!];
    if (!article) throw new Error(`Article ${number} is not in its chunk.`);
    return article;
  }

  /** All articles of a chunk, in the order of the index. */
  chunk(number: number): Promise<ArticlePart[]> {
    let found = this.#kept.get(number);
    this.#kept.delete(number);
    found ??= this.read(number);
    this.#kept.set(number, found);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return found;
  }

  /** The same without keeping it, for one way through all. */
  read(number: number): Promise<ArticlePart[]> {
    const [start, length] = this.#corpus.chunks[number]!;
    return this.#lines.chunk(start, length) as Promise<ArticlePart[]>;
  }
}
