// The data that stands in the page: lines of base64, each a gzip member of JSON, in one text node.
// The last line is the index, the others are chunks of articles. They are cut out by position and inflated when they are
// asked for; the whole is never copied.

/** What is wrong with the page's data, in words for its reader. */
export class PageError extends Error {}

const BLOCK = 1 << 20;

export class Lines {
  #node: Text;
  /** Where the last line starts. */
  #last: number;

  constructor(element: Element) {
    // A parser may cut long text into several nodes.
    element.normalize();
    const node = element.firstChild;
    if (!(node instanceof Text)) throw new PageError("The page holds no data. Write it again with `stellig report`.");
    if (node.length < 64 && node.data.startsWith("@@")) {
      throw new PageError("This is the empty page. `stellig report labels.jsonl -o report.html` fills it.");
    }
    this.#node = node;
    this.#last = lastLine(node);
  }

  index(): Promise<unknown> {
    return inflate(this.#node.substringData(this.#last, this.#node.length - this.#last));
  }

  /** The line that starts at the character `start` and has `length` of them. */
  chunk(start: number, length: number): Promise<unknown> {
    return inflate(this.#node.substringData(start, length));
  }
}

function lastLine(node: Text): number {
  for (let end = node.length; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const found = node.substringData(start, end - start).lastIndexOf("\n");
    if (found >= 0) return start + found + 1;
  }
  return 0;
}

async function inflate(base64: string): Promise<unknown> {
  if (typeof DecompressionStream === "undefined") {
    throw new PageError(
      "This browser is too old for the page: it needs Firefox 113, Chrome 80 or Safari 16.4, or newer.",
    );
  }
  try {
    const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(stream).json();
  } catch {
    throw new PageError("The page's data is broken off or damaged. Write it again with `stellig report`.");
  }
}

/** Browsers have a fast way since 2025; the other works everywhere. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const fast = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (fast) return fast.call(Uint8Array, base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
