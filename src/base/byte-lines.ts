/**
 * Lines of a large text that stay bytes until one is asked for: a small edit reads few of them, and strings of all of
 * them cost more than the edit itself.
 */
export class ByteLines {
  readonly bytes: Buffer;
  #found: readonly number[] | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** Where each line starts, and one past the end. */
  get #starts(): readonly number[] {
    if (this.#found) return this.#found;
    const starts = [0];
    for (let at = this.bytes.indexOf(BREAK); at >= 0; at = this.bytes.indexOf(BREAK, at + 1))
      starts.push(at + 1);
    starts.push(this.bytes.length + 1);
    this.#found = starts;
    return starts;
  }

  /** Empty beyond the last one. */
  at(index: number): string {
    const start = this.#starts[index];
    const next = this.#starts[index + 1];
    return start === undefined || next === undefined ? '' : this.bytes.toString('utf8', start, next - 1);
  }

  /** Which lines begin like this, but for the first. */
  startingWith(start: string): readonly number[] {
    const wanted = Buffer.from(`\n${start}`);
    const found: number[] = [];
    for (let at = this.bytes.indexOf(wanted); at >= 0; at = this.bytes.indexOf(wanted, at + 1))
      found.push(this.#lineAt(at + 1));
    return found;
  }

  #lineAt(offset: number): number {
    const starts = this.#starts;
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The text with some lines replaced. */
  replaced(lines: ReadonlyMap<number, string>): ByteLines {
    const pieces: Uint8Array[] = [];
    let done = 0;
    for (const [index, line] of [...lines].sort(([a], [b]) => a - b)) {
      const start = this.#starts[index];
      const next = this.#starts[index + 1];
      if (start === undefined || next === undefined) throw new RangeError(`no line ${index}`);
      pieces.push(this.bytes.subarray(done, start), Buffer.from(line));
      done = next - 1;
    }
    pieces.push(this.bytes.subarray(done));
    return new ByteLines(Buffer.concat(pieces));
  }
}

const BREAK = 0x0a;
