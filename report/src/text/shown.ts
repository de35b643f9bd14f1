// Text of others as it may be shown: nothing in it can hide, reorder or break what stands around it. It always goes in
// as a text node, never as HTML; what is dealt with here is controls and half characters.

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;
const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The same number of characters, with `�` for each that controls or is half of one. */
export function shown(text: string): string {
  return text.replace(CONTROLS, "\ufffd").replace(HALVES, "\ufffd");
}

/** On one line. */
export function line(text: string): string {
  return shown(text).replace(/\s+/g, " ").trim();
}
