// Which spellings are one name. The rule prefers two groups for one name to one group for two: what is merged wrongly
// misleads, what is not merged is only a click away. It is linear in the number of names and the same in any order.

import { keyOf, type Key } from "./key.ts";

export interface Group {
  label: string;
  /** Numbers of names, the most frequent first. */
  members: number[];
  /** The name that stands for the group. */
  name: number;
}

export interface Grouping {
  /** Group of each name. */
  of: Uint32Array;
  groups: Group[];
}

export interface Names {
  text: readonly string[];
  label: readonly string[];
}

/** Every name by itself. */
export function apart(names: Names): Grouping {
  return {
    of: Uint32Array.from(names.text, (_, i) => i),
    groups: names.text.map((_, i) => ({ label: names.label[i]!, members: [i], name: i })),
  };
}

/** Names in groups; those in `split` stand by themselves and do not bear on the others. `counts`: how often each occurs. */
export function group(names: Names, counts: ArrayLike<number>, split: ReadonlySet<number>): Grouping {
  const sets = new Sets(names.text.length);
  const labels = new Map<string, number[]>();
  for (let i = 0; i < names.text.length; i++) if (!split.has(i)) push(labels, names.label[i]!, i);
  for (const [label, members] of labels)
    merge(
      members,
      members.map((i) => keyOf(names.text[i]!, label)),
      label,
      sets,
    );
  return collect(names, counts, sets);
}

interface Node extends Key {
  /** A name that has this key. */
  name: number;
}

function merge(members: number[], keys: Key[], label: string, sets: Sets): void {
  const acronyms = new Map<string, number[]>();
  const spellings = new Map<string, Node[]>();
  const folds = new Map<string, Node[]>();
  const nodes: Node[] = [];
  members.forEach((name, i) => {
    const key = keys[i]!;
    if (key.acronym) return push(acronyms, key.acronym, name);
    if (key.words.length === 0) return;
    const node = { ...key, name };
    nodes.push(node);
    push(spellings, key.words.join(" "), node);
    push(folds, key.folded.join(" "), node);
  });
  for (const same of acronyms.values()) same.forEach((name) => sets.join(same[0]!, name));
  for (const same of spellings.values()) joinByParticles(same, sets);
  for (const same of folds.values()) if (same.some((node) => node.transliterated)) joinByParticles(same, sets);
  if (label !== "PER") return;
  joinMiddleNames(nodes, sets);
  joinShortNames(nodes, sets);
}

/** The same words: one name, unless their particles contradict each other; then those with equal particles. */
function joinByParticles(nodes: Node[], sets: Sets): void {
  const forms = new Set(nodes.map((node) => node.particles).filter(Boolean));
  const first = new Map<string, Node>();
  for (const node of nodes) {
    const form = forms.size > 1 ? node.particles : "";
    const other = first.get(form);
    if (other) sets.join(other.name, node.name);
    else first.set(form, node);
  }
}

/**
 * A name with middle names joins the one without them, given name and family name being the same, where no other name
 * competes for it. Middle initials tell people apart (George W. Bush) and stay.
 */
function joinMiddleNames(nodes: Node[], sets: Sets): void {
  const full = nodes.filter(({ words }) => words.length > 1 && words.every((word) => word.length > 1));
  const spelled = new Map<string, Node[]>();
  const folded = new Map<string, Node[]>();
  for (const node of full) {
    push(spelled, `${node.words[0]} ${last(node.words)}`, node);
    push(folded, `${node.folded[0]} ${last(node.folded)}`, node);
  }
  for (const same of spelled.values()) joinMiddle(same, sets);
  for (const same of folded.values()) if (same.some((node) => node.transliterated)) joinMiddle(same, sets);
}

function joinMiddle(nodes: Node[], sets: Sets): void {
  const persons = (long: boolean) =>
    new Set(nodes.filter(({ words }) => words.length > 2 === long).map(({ name }) => sets.find(name)));
  const [longer, shorter] = [persons(true), persons(false)];
  const particles = new Set(nodes.map((node) => node.particles).filter(Boolean));
  for (const one of shorter) longer.delete(one);
  if (longer.size === 1 && shorter.size === 1 && particles.size < 2) sets.join([...longer][0]!, [...shorter][0]!);
}

/** A family name alone, or with initials, joins the longer name that ends in it where that is one and the same person. */
function joinShortNames(nodes: Node[], sets: Sets): void {
  const long = new Map<string, Node[]>();
  for (const node of nodes) {
    if (node.words.length < 2) continue;
    push(long, last(node.words), node);
    if (last(node.folded) !== last(node.words)) push(long, last(node.folded), node);
  }
  const initialled = nodes.filter((node) => initials(node) > 0);
  // "V." is no family name.
  const single = nodes.filter(({ words }) => words.length === 1 && words[0]!.length > 1);
  joinAll(initialled, (node) => initials(node) === 0, long, sets);
  joinAll(single, () => true, long, sets);
}

function joinAll(short: Node[], counts: (node: Node) => boolean, long: Map<string, Node[]>, sets: Sets): void {
  // First all choices, then all unions: the order of names must not matter.
  const unions = short.map((node) => {
    const ends = new Set([last(node.words), last(node.folded)]);
    const persons = new Map<number, Node>();
    for (const end of ends) {
      for (const other of long.get(end) ?? []) {
        if (counts(other) && endsIn(other, node)) persons.set(sets.find(other.name), other);
      }
    }
    return persons.size === 1 ? [...persons.values()][0]! : null;
  });
  unions.forEach((other, i) => other && sets.join(other.name, short[i]!.name));
}

function endsIn(long: Node, short: Node): boolean {
  if (long.particles && short.particles && !` ${long.particles}`.endsWith(` ${short.particles}`)) return false;
  const spelled = last(long.words) === last(short.words);
  const folded = last(long.folded) === last(short.folded) && (long.transliterated || short.transliterated);
  if (!spelled && !folded) return false;
  const given = short.words.slice(0, -1);
  return given.every((letter, i) => i >= long.words.length - 1 || long.words[i]!.startsWith(letter));
}

/** How many initials stand before a family name; 0 where it has a given name. */
function initials(node: Node): number {
  const given = node.words.slice(0, -1);
  return given.every((word) => word.length === 1) ? given.length : 0;
}

function collect(names: Names, counts: ArrayLike<number>, sets: Sets): Grouping {
  const of = new Uint32Array(names.text.length);
  const groups: Group[] = [];
  const numbers = new Map<number, number>();
  for (let name = 0; name < of.length; name++) {
    const root = sets.find(name);
    let number = numbers.get(root);
    if (number === undefined) {
      number = groups.length;
      numbers.set(root, number);
      groups.push({ label: names.label[name]!, members: [], name });
    }
    of[name] = number;
    groups[number]!.members.push(name);
  }
  const words = (name: number) => keyOf(names.text[name]!, names.label[name]!).words.filter((word) => word.length > 1);
  for (const found of groups) {
    found.members.sort((a, b) => counts[b]! - counts[a]! || a - b);
    if (found.members.length === 1) continue;
    // A full name says more than the family name that stands more often.
    found.name = found.members.find((name) => words(name).length > 1) ?? found.members[0]!;
  }
  return { of, groups };
}

/** Union and find, the smaller number as the root. */
class Sets {
  #parent: Uint32Array;

  constructor(size: number) {
    this.#parent = Uint32Array.from({ length: size }, (_, i) => i);
  }

  find(i: number): number {
    while (this.#parent[i] !== i) {
      this.#parent[i] = this.#parent[this.#parent[i]!]!;
      i = this.#parent[i]!;
    }
    return i;
  }

  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x !== y) this.#parent[Math.max(x, y)] = Math.min(x, y);
  }
}

function last(words: string[]): string {
  return words[words.length - 1]!;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
