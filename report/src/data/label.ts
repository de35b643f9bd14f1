// The label of a sentence as one number, as `src/report` in Rust writes it, and what a reader calls its parts.
// 0 is no claim, 1 to 24 are claims, 25 is a sentence that was not judged.

export const DEGREES = ["certain", "probable", "possible", "uncommitted"] as const;
export type Degree = (typeof DEGREES)[number];

export const HOLDERS = ["author", "source", "hearsay"] as const;
export type Holder = (typeof HOLDERS)[number];

/** The rows of the trail: four degrees of what is said to hold, and what is said not to hold in whatever degree. */
export const LANES = [...DEGREES, "denied"] as const;
export type Lane = (typeof LANES)[number];

/** One column wide each, as in the terminal: the fuller, the more certain. */
export const SIGNS: Record<Lane, string> = {
  certain: "●",
  probable: "◕",
  possible: "◑",
  uncommitted: "○",
  denied: "✗",
};

export const LANE_NAMES: Record<Lane, string> = {
  certain: "certain",
  probable: "probable",
  possible: "possible",
  uncommitted: "uncommitted",
  denied: "NOT (denied)",
};

const NO_CLAIM = 0;
export const NOT_JUDGED = 25;

/** Whether the label is of a claim with a certainty. */
export function isClaim(label: number): boolean {
  return label > NO_CLAIM && label < NOT_JUDGED;
}

/** Index into `DEGREES` of a claim's label. */
export function degreeOf(label: number): number {
  return Math.floor((label - 1) / 6);
}

/** Whether the claim is said not to hold. */
export function isNegative(label: number): boolean {
  return Math.floor((label - 1) / 3) % 2 === 1;
}

/** Index into `HOLDERS` of a claim's label. */
export function holderOf(label: number): number {
  return (label - 1) % 3;
}

/** Index into `LANES` of a claim's label. */
export function laneOf(label: number): number {
  return isNegative(label) ? 4 : degreeOf(label);
}
