// What two spellings of one name have in common. A key keeps the words of a name without case, diacritics, hyphens,
// apostrophes, titles and particles, and beside them the same words with the letters folded that transliterations
// exchange. Whether two keys are one name is for `group.ts` to say.

import { fold, visible } from "../text/fold.ts";
import { ARABIC, ARABIC_SOUNDS, ARTICLES, FOREIGN, GIVEN, LETTERS, PARTICLES, TITLES } from "./words.ts";

export interface Key {
  /** Letters of an acronym, in capitals; it is compared with nothing else. */
  acronym: string | null;
  words: string[];
  /** Particles in order, the Arabic article as `al`; empty where there are none. */
  particles: string;
  folded: string[];
  /** Whether the spelling shows that the name comes from another script. */
  transliterated: boolean;
}

interface Token {
  text: string;
  hyphen: boolean;
}

export function keyOf(name: string, label: string): Key {
  const bare = visible(name)
    .trim()
    .replace(/['’‘](?:s)?$/iu, "");
  const acronym = acronymOf(bare);
  if (acronym) return { acronym, words: [], particles: "", folded: [], transliterated: false };
  const tokens = tokensOf(bare);
  const { words, particles } = label === "PER" ? person(tokens) : thing(tokens, label);
  const transliterated =
    /\bal\b/.test(particles) ||
    /\b(?:bin|ibn)\b/.test(particles) ||
    words.some((word) => GIVEN.has(word) || FOREIGN.has(word) || LETTERS.test(word));
  return { acronym: null, words, particles, folded: words.map(transliterate), transliterated };
}

/** Two to six capitals or digits, with or without full stops. */
function acronymOf(name: string): string | null {
  const letters = name.replace(/\./g, "");
  return /^(?=.*\p{Lu})[\p{Lu}\d]{2,6}$/u.test(letters) ? letters : null;
}

function tokensOf(name: string): Token[] {
  const found = fold(name)
    .replace(/(?<=\p{L})'(?=\p{L})|^'|'$/gu, "")
    .matchAll(/([\p{L}\p{N}]+)([-‐‑–]?)/gu);
  return Array.from(found, (match) => ({ text: match[1]!, hyphen: match[2] !== "" }));
}

function person(tokens: Token[]): { words: string[]; particles: string } {
  let start = 0;
  while (start < tokens.length - 1 && TITLES.has(tokens[start]!.text)) start++;
  const kept: string[] = [];
  const particles: string[] = [];
  for (let i = start; i < tokens.length; i++) {
    const { text } = tokens[i]!;
    if (i === tokens.length - 1) kept.push(text);
    else if (isArabicArticle(tokens, i, i === start)) particles.push("al");
    else if (PARTICLES.has(text)) particles.push(text === "ibn" ? "bin" : text);
    else kept.push(text);
  }
  return { words: kept, particles: particles.join(" ") };
}

/** "al-Baghdadi" and "Abu Bakr al Baghdadi", but not "Al Gore". */
function isArabicArticle(tokens: Token[], i: number, first: boolean): boolean {
  const { text, hyphen } = tokens[i]!;
  if (hyphen) return ARABIC.has(text) || ARABIC_SOUNDS.has(text);
  if (!ARABIC.has(text)) return false;
  const next = tokens[i + 1]!.text;
  return !first || /[^aeiou]i$/.test(next) || LETTERS.test(next);
}

function thing(tokens: Token[], label: string): { words: string[]; particles: string } {
  const first = tokens[0];
  const texts = tokens.map((token) => token.text);
  if (!first || tokens.length === 1) return { words: texts, particles: "" };
  if (first.hyphen && (ARABIC.has(first.text) || ARABIC_SOUNDS.has(first.text))) {
    return { words: texts.slice(1), particles: "al" };
  }
  if (label === "LOC") return { words: texts, particles: "" };
  // "Al Qaida", beside "al-Qaida"; "El Pais" loses its article with the others.
  if (ARABIC.has(first.text) && LETTERS.test(texts[1]!)) return { words: texts.slice(1), particles: "al" };
  return { words: ARTICLES.has(first.text) ? texts.slice(1) : texts, particles: "" };
}

const FOLDS: [RegExp, string][] = [
  [/sch(?=[aeiouy])|sj/g, "sh"],
  [/gh/g, "g"],
  [/kh/g, "ch"],
  [/dh/g, "d"],
  [/th/g, "t"],
  [/ph/g, "f"],
  [/ck|q/g, "k"],
  [/x/g, "ks"],
  [/w/g, "v"],
  [/ou|oe|oo/g, "u"],
  [/[ae][iyj]|ae/g, "e"],
  [/ee|ie/g, "i"],
  [/[yj]/g, "i"],
  [/(?<=[aeiou])h$/g, ""],
];

/** Names of a corpus share their words. */
const known = new Map<string, string>();

/** The word with the letters folded that transliterations exchange. */
function transliterate(word: string): string {
  let folded = known.get(word);
  if (folded === undefined) {
    folded = foldLetters(word);
    known.set(word, folded);
  }
  return folded;
}

function foldLetters(word: string): string {
  let folded = GIVEN.get(word) ?? word;
  for (const [letters, into] of FOLDS) folded = folded.replace(letters, into);
  // Jansen and Janssen, Petersen and Peterssen, Hofman and Hofmann are families of their own.
  const ending = /(?:ss[eo]n|mann)$/.exec(folded)?.[0] ?? "";
  return folded.slice(0, folded.length - ending.length).replace(/(.)\1+/g, "$1") + ending;
}
