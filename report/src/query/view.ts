// What the page shows, as plain data, and its form in the address: every view can be bookmarked, and back is back.

import { DEGREES, HOLDERS, type Degree, type Holder } from "../data/label.ts";

export const PAGES = ["overview", "articles", "article", "trail", "failures", "about"] as const;
export type Page = (typeof PAGES)[number];

export const SORTS = ["input", "oldest", "newest", "claims"] as const;
export type Sort = (typeof SORTS)[number];

/** What is left of the corpus. Empty lists and texts leave all. */
export interface Filters {
  /** Words in titles, names and sources. */
  text: string;
  /** Whether the words may also stand in the full text. */
  full: boolean;
  /** `PER~Karim Osman`: one spelling, which stands for its group. */
  entities: string[];
  /** Whether a sentence must name all of the entities. */
  all: boolean;
  sources: string[];
  certainty: Degree[];
  polarity: "" | "positive" | "negative";
  holders: Holder[];
  /** Dates as the record has them; the range includes both. */
  from: string;
  to: string;
  undated: boolean;
  /** Codes, `?` for a language that could not be told. */
  languages: string[];
  /** Least score of the certainty, in per cent. */
  score: number;
}

export interface View extends Filters {
  page: Page;
  /** The open article by its id, and which of those with that id. */
  article: string;
  nth: number;
  /** The sentence to go to; -1 for none. */
  sentence: number;
  sort: Sort;
  /** Certainty over time as numbers instead of shares. */
  counts: boolean;
  /** Whether spellings are grouped, and which stand apart. */
  grouped: boolean;
  split: string[];
  /** A mark of the trail: `2017-06~possible`. */
  mark: string;
}

export const FIRST: View = {
  page: "overview",
  text: "",
  full: false,
  entities: [],
  all: false,
  sources: [],
  certainty: [],
  polarity: "",
  holders: [],
  from: "",
  to: "",
  undated: false,
  languages: [],
  score: 0,
  article: "",
  nth: 1,
  sentence: -1,
  sort: "input",
  counts: false,
  grouped: true,
  split: [],
  mark: "",
};

/** The view without any filter; where the reader is stays. */
export function cleared(view: View): View {
  const { page, article, nth, sentence, sort, counts, grouped, split } = view;
  return { ...FIRST, page, article, nth, sentence, sort, counts, grouped, split };
}

export function toHash(view: View): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(view)) {
    const usual = FIRST[key as keyof View];
    if (Array.isArray(value)) for (const item of value) parameters.append(key, item);
    else if (value !== usual) parameters.set(key, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  }
  return `#${parameters.toString()}`;
}

/** Reads an address; what it does not know or cannot be is left out. */
export function fromHash(hash: string): View {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (key: string) => parameters.get(key) ?? "";
  const flag = (key: keyof View) => (parameters.has(key) ? text(key) === "1" : (FIRST[key] as boolean));
  const whole = (key: string, least: number, most: number, usual: number) => {
    const value = Number(text(key));
    return parameters.has(key) && Number.isInteger(value) && value >= least && value <= most ? value : usual;
  };
  const many = (key: string) => [...new Set(parameters.getAll(key))];
  const known = <T extends string>(values: readonly T[], given: string[]) =>
    values.filter((one) => given.includes(one));
  return {
    page: known(PAGES, [text("page")])[0] ?? "overview",
    text: text("text"),
    full: flag("full"),
    entities: many("entities"),
    all: flag("all"),
    sources: many("sources"),
    certainty: known(DEGREES, many("certainty")),
    polarity: known(["positive", "negative"] as const, [text("polarity")])[0] ?? "",
    holders: known(HOLDERS, many("holders")),
    from: text("from"),
    to: text("to"),
    undated: flag("undated"),
    languages: many("languages"),
    score: whole("score", 0, 100, 0),
    article: text("article"),
    nth: whole("nth", 1, 1e9, 1),
    sentence: whole("sentence", 0, 1e9, -1),
    sort: known(SORTS, [text("sort")])[0] ?? "input",
    counts: flag("counts"),
    grouped: flag("grouped"),
    split: many("split"),
    mark: text("mark"),
  };
}

/** A name as it stands in the address. */
export function nameKey(label: string, text: string): string {
  return `${label}~${text}`;
}

/** The words of a name as the index has them, with one blank between them. Unlike `\s`, this keeps a BOM, as Rust does. */
export function joined(words: string): string {
  return words
    .split(/\p{White_Space}+/u)
    .filter(Boolean)
    .join(" ");
}

/** Its parts. */
export function splitKey(key: string): { label: string; text: string } {
  const at = key.indexOf("~");
  return at < 0 ? { label: "", text: key } : { label: key.slice(0, at), text: key.slice(at + 1) };
}
