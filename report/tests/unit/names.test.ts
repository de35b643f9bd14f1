// The rule of spellings: what it must join, and above all what it must not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { group } from "../../src/names/group.ts";

function groups(label: string, names: string[], split: string[] = []): string[][] {
  const text = names;
  const found = group(
    { text, label: names.map(() => label) },
    names.map(() => 1),
    new Set(split.map((n) => names.indexOf(n))),
  );
  return found.groups.map((one) => one.members.map((i) => text[i]!).sort()).sort();
}

function one(label: string, ...names: string[]): void {
  assert.deepEqual(groups(label, names), [[...names].sort()]);
}

function apart(label: string, ...names: string[]): void {
  assert.deepEqual(groups(label, names), names.map((name) => [name]).sort());
}

test("spellings of one name are one", () => {
  one(
    "PER",
    "Bagdadi",
    "al-Baghdadi",
    "Abu Bakr Al-Baghdadi",
    "Aboe Bakr al-Bagdadi",
    "Baghdadi",
    "Abu Bakr al Baghdadi",
  );
  one("PER", "Osama bin Laden", "Oesama Bin Laden", "Usama ibn Laden", "Bin Laden");
  one("PER", "Vladimir Poetin", "Vladimir Putin", "Poetin", "Wladimir Putin");
  one("PER", "Volodymyr Zelensky", "Volodymyr Zelenskyy", "Zelenskij", "Zelenski");
  one("PER", "Saddam Hussein", "Saddam Hoessein", "Saddam Hussain");
  one("PER", "Aleksandr Loekasjenko", "Alexander Lukashenko");
  one("PER", "Mohammed Hassan", "Muhammad Hasan");
  one("LOC", "Raqqa", "al-Raqqa", "Rakka");
  one("ORG", "al-Qaida", "Al Qaida", "Al-Qaeda", "Qaeda");
});

test("case, diacritics, hyphens, apostrophes, titles and particles do not part names", () => {
  one("PER", "Recep Erdoğan", "RECEP ERDOGAN", "president Recep Erdogan", "Erdoğan", "Erdogan's");
  one("PER", "Jean-Pierre Dubois", "Jean Pierre Dubois", "Dubois’s");
  one("PER", "Conor O'Neill", "Conor O’Neill", "O’Neill");
  one("PER", "Jan van den Berg", "Van den Berg", "Jan Van Den Berg");
  one("PER", "Ursula von der Leyen", "Von der Leyen", "Leyen");
  one("ORG", "De Eemskoerier", "Eemskoerier");
});

test("what nobody sees in a name does not part it", () => {
  one("PER", "Mark Rutte", "Mark Rut\u{ad}te", "\u{feff}Mark Rutte", "Rut\u{200b}te");
  one("LOC", "Syrië", "Sy\u{ad}rië");
  one("ORG", "VN", "V\u{2060}N");
});

test("a family name joins one person or none", () => {
  one("PER", "Mark Rutte", "Rutte");
  apart("PER", "Piet Jansen", "Anna Jansen", "Jansen");
  // All spellings of the short name stay together even so.
  assert.deepEqual(groups("PER", ["Abu Bakr al-Baghdadi", "Abu Omar al-Baghdadi", "Bagdadi", "al-Baghdadi"]), [
    ["Abu Bakr al-Baghdadi"],
    ["Abu Omar al-Baghdadi"],
    ["Bagdadi", "al-Baghdadi"],
  ]);
  // Two spellings of one longer name are one person.
  one("PER", "Abu Bakr al-Baghdadi", "Aboe Bakr al-Bagdadi", "Bagdadi");
  apart("PER", "Jozef V.", "V.");
  // A name begins with a given name; it does not end in it.
  apart("PER", "Karim Osman", "Karim");
});

test("initials join the one full name that they fit", () => {
  one("PER", "Mark Rutte", "M. Rutte", "Rutte");
  one("PER", "Jan Peter Balkenende", "J.P. Balkenende", "Balkenende");
  apart("PER", "Mark Rutte", "P. Rutte", "Rutte");
});

test("middle names join where nobody competes", () => {
  one("PER", "Mukhtar Nasib al-Ghaduri", "Moukhtar al-Ghadouri", "al-Ghaduri", "Ghadouri");
  one("PER", "Jan Peter Balkenende", "Jan Balkenende", "Balkenende");
  apart("PER", "Jan Peter Balkenende", "Jan Kees Balkenende", "Jan Balkenende", "Balkenende");
  apart("PER", "Jan Peter van Berg", "Jan de Berg");
});

test("two full names are never one", () => {
  apart("PER", "Piet Jansen", "Anna Jansen");
  apart("PER", "Jan Jansen", "Jan Janssen");
  apart("PER", "Pieter Jansen", "Jan Pieter Jansen");
  apart("PER", "George Bush", "George W. Bush");
  apart("PER", "Jan de Berg", "Jan van den Berg");
  apart("PER", "Jan Meyer", "Jan Meijer");
  apart("PER", "Anna Moes", "Anna Mus");
  apart("PER", "Al Gore", "Tipper Gore");
});

test("letters are folded only where a spelling shows a transliteration", () => {
  apart("PER", "Jansen", "Janssen");
  apart("PER", "Femke Zandhorst", "Femke Zandorst");
  apart("PER", "Wouter Dijkhuizen", "Wouter Dijchuizen");
});

test("acronyms merge with nothing but themselves", () => {
  apart("ORG", "IS", "Is");
  apart("ORG", "VN", "vn");
  one("ORG", "VN", "V.N.");
  apart("ORG", "OM", "Omm");
  apart("PER", "MBS", "Karim Mbs");
});

test("places keep their articles", () => {
  apart("LOC", "El Salvador", "Salvador");
  apart("LOC", "Den Haag", "Haag");
});

test("types never mix, and a name that was split off stands alone", () => {
  const names = { text: ["Rutte", "Rutte", "Mark Rutte"], label: ["PER", "ORG", "PER"] };
  assert.deepEqual([...group(names, [1, 1, 1], new Set()).of], [0, 1, 0]);
  assert.deepEqual(groups("PER", ["Bagdadi", "al-Baghdadi", "Abu Bakr al-Baghdadi"], ["Bagdadi"]), [
    ["Abu Bakr al-Baghdadi", "al-Baghdadi"],
    ["Bagdadi"],
  ]);
});

test("the order of names does not matter, and the fullest, then the most frequent, stands for all", () => {
  const names = ["Bagdadi", "Aboe Bakr al-Bagdadi", "Abu Bakr al-Baghdadi", "Piet Jansen", "Jansen", "P. Jansen"];
  const forward = groups("PER", names);
  assert.deepEqual(groups("PER", [...names].reverse()), forward);
  const found = group({ text: names, label: names.map(() => "PER") }, [9, 1, 2, 1, 1, 1], new Set());
  assert.equal(names[found.groups[found.of[0]!]!.name], "Abu Bakr al-Baghdadi");
  assert.equal(names[found.groups[found.of[0]!]!.members[0]!], "Bagdadi");
});

test("names of nothing but signs, or empty, stand alone", () => {
  apart("PER", "—", "…");
  apart("ORG", "", "***");
});
