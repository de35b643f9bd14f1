// Letters without what search and names should not tell apart: case, diacritics, the shape of an apostrophe.

const LETTERS: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ħ: "h",
};

/** Without soft hyphens, joiners, marks of direction and the like, which nobody sees. */
export function visible(text: string): string {
  return text.replace(/\p{Cf}+/gu, "");
}

/** Lower case without marks and what nobody sees; other signs stay. */
export function fold(text: string): string {
  // Most text is ASCII, and normalising costs more than all else here.
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return visible(text)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[ßæœøđðþłıħ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[’‘ʼ`´ʿʾ]/g, "'");
}

/** The words of a query: runs between blanks, and what stands in double quotes as one. */
export function terms(query: string): string[] {
  const found = fold(query).matchAll(/"([^"]+)"|([^\s"]+)/g);
  return Array.from(found, (match) => (match[1] ?? match[2] ?? "").replace(/\s+/g, " ").trim()).filter(Boolean);
}
