import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { bytes } from '../byte-count.ts';
import type { RunAction } from '../runs/read-run.ts';
import { text } from './escape.ts';

/** The end of a log, where the reason mostly is; a page with all of a long one could not be opened. */
const MAX_LOG = 64 << 10;
const MAX_ALL = 8 << 20;

/** What actions printed, as far as there is room for it in one page. */
export class LogReader {
  readonly #folder: string;
  #room = MAX_ALL;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Empty where nothing was printed. */
  blocks({ logs }: Pick<RunAction, 'logs'>): string {
    return logs.map((path) => this.#block(path)).join('');
  }

  #block(path: string): string {
    const read = this.#room > 0 ? this.#end(path) : 'left out: the page is long enough';
    if (typeof read === 'string') return `<p class="note">${text(path)}: ${read}</p>`;
    this.#room -= read.shown.length;
    const note =
      read.before > 0
        ? `<p class="note">What came before, ${bytes(read.before)}, is in ${text(path)} of the run’s folder.</p>`
        : '';
    return `${note}<pre tabindex="0" aria-label="${text(path)}">${text(read.shown)}</pre>`;
  }

  /** A log that is a link leads out of the record, and is not followed. */
  #end(path: string): { readonly shown: string; readonly before: number } | string {
    let fd: number | undefined;
    try {
      fd = openSync(
        `${this.#folder}/${path}`,
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      const stat = fstatSync(fd);
      if (!stat.isFile()) return 'is no file';
      const before = Math.max(0, stat.size - MAX_LOG);
      const buffer = Buffer.alloc(Math.min(stat.size, MAX_LOG));
      const count = readSync(fd, buffer, 0, buffer.length, before);
      return { shown: buffer.toString('utf8', 0, count), before };
    } catch {
      return 'is not there any more';
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }
}
