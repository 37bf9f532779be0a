import { fstatSync, writeSync } from 'node:fs';

/**
 * Where builds say what they say. Node's own stream takes longer to set up than a small action takes to run, so it is not asked
 * for unless stderr is a terminal, or does not take at once what it is given.
 */
class Stderr {
  #stream: NodeJS.WriteStream | undefined;

  /** Undefined: it is no terminal. */
  terminal(): NodeJS.WriteStream | undefined {
    if (!this.#stream && isDevice()) this.#stream = process.stderr;
    return this.#stream?.isTTY ? this.#stream : undefined;
  }

  write(text: string): void {
    this.terminal();
    if (this.#stream) this.#stream.write(text);
    else this.#writeAtOnce(Buffer.from(text, 'utf8'));
  }

  /** All that was written is out, and the process may end. */
  async settled(): Promise<void> {
    const stream = this.#stream;
    if (stream && stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
  }

  #writeAtOnce(bytes: Buffer): void {
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(2, bytes, at);
    } catch {
      // A pipe that is full and does not wait, or that nobody reads: the stream waits, or says so.
      this.#stream = process.stderr;
      this.#stream.write(bytes.subarray(at));
    }
  }
}

export const stderr = new Stderr();

/** What is none is no terminal either. */
function isDevice(): boolean {
  try {
    return fstatSync(2).isCharacterDevice();
  } catch {
    return true;
  }
}
