// Offsets of the record are Unicode code points; JavaScript counts UTF-16 units. One table per article turns the one
// into the other, and none is made where they are the same.

export class Points {
  readonly text: string;
  /** UTF-16 offset of each code point and of the end; null where both count alike. */
  #units: Uint32Array | null = null;

  constructor(text: string) {
    this.text = text;
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return;
    const units = new Uint32Array(text.length + 1);
    let point = 0;
    for (let unit = 0; unit < text.length; point++) {
      units[point] = unit;
      unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
    }
    units[point] = text.length;
    this.#units = units.subarray(0, point + 1);
  }

  /** The UTF-16 offset of a code point; the end for one that lies behind it. */
  unit(point: number): number {
    return this.#units ? (this.#units[point] ?? this.text.length) : Math.min(point, this.text.length);
  }

  /** What stands between two code points. */
  slice(start: number, end: number): string {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}
