import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LiveLog } from '../../../src/remote/execution/live-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-live-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const AT = { stage: 3, stdoutStream: 'out', stderrStream: '' };
const silence = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Follows what `give` yields, until it has been asked for so many times. */
function follow(give: (offset: number) => readonly (string | Buffer)[] | 'more', said?: (l: string) => void) {
  const offsets: number[] = [];
  let asked = (): void => {};
  const quiet = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const log = new LiveLog({
    folder: join(folder, 'log'),
    said,
    async *read(_name, offset, signal) {
      offsets.push(offset);
      const given = give(offset);
      if (given === 'more') {
        asked();
        await silence(signal);
        return;
      }
      for (const part of given) yield Buffer.from(part);
      throw new Error('it broke');
    },
  });
  return { log, offsets, quiet };
}

it('goes on where a stream broke, and tells whole lines', async () => {
  const lines: string[] = [];
  const { log, offsets, quiet } = follow(
    (at) => (at === 0 ? ['one\ntw', 'o\nth', 'r'] : 'more'),
    (line) => lines.push(line),
  );
  log.hear(AT);
  log.hear(AT);
  await quiet;
  log.stop();
  expect(offsets).toEqual([0, 11]);
  expect(lines).toEqual(['one', 'two']);
  expect(readFileSync(log.printed.stdout ?? '', 'utf8')).toBe('one\ntwo\nthr');
  expect(log.printed.stderr).toBeUndefined();
});

it('keeps what an earlier attempt printed until a later one prints something', async () => {
  const first = follow((at) => (at === 0 ? ['first\n'] : 'more'));
  first.log.hear(AT);
  await first.quiet;
  first.log.stop();
  let attempt = 0;
  const both = follow((at) =>
    at > 0 ? 'more' : attempt++ === 0 ? ['a long first attempt\n'] : ['second\n'],
  );
  both.log.hear(AT);
  await both.quiet;
  both.log.stop();
  expect(readFileSync(both.log.printed.stdout ?? '', 'utf8')).toBe('a long first attempt\n');
  both.log.hear({ ...AT, stdoutStream: 'another' });
  await expect
    .poll(() => readFileSync(both.log.printed.stdout ?? '', 'utf8'), { timeout: 60_000 })
    .toBe('second\n');
  both.log.stop();
});

it('does not follow without end, nor keep a line without end', async () => {
  const block = Buffer.alloc(1024 * 1024, 'x');
  const lines: string[] = [];
  let given = 0;
  let over = (): void => {};
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  const log = new LiveLog({
    folder: join(folder, 'log'),
    said: (line) => lines.push(line),
    async *read() {
      try {
        for (;;) {
          given++;
          yield given === 3 ? Buffer.from('\n') : block;
        }
      } finally {
        over();
      }
    },
  });
  log.hear(AT);
  await ended;
  expect(given).toBeLessThan(20);
  expect(readFileSync(log.printed.stdout ?? '').length).toBe(16 * 1024 * 1024);
  expect(lines).toEqual(['x'.repeat(400)]);
  log.printed.release();
});
