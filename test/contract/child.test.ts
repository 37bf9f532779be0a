import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativePart } from '../../src/native/load-native.ts';
import type { Child, ChildEvents } from '../../src/sandbox/runner/child.ts';
import { startNativeChild } from '../../src/sandbox/runner/native-child.ts';
import { startNodeChild } from '../../src/sandbox/runner/node-child.ts';

type Start = (words: readonly string[], descriptors: readonly number[], events: ChildEvents) => Child;

const native = nativePart();
const ways: readonly (readonly [string, Start | undefined])[] = [
  ['by Node', startNodeChild],
  ['in C (which there is not without a C compiler)', native && startNativeChild.bind(undefined, native)],
];

interface Ended {
  readonly said: string;
  readonly signal: string | undefined;
  readonly code: number | undefined;
  readonly problem: string | undefined;
}

for (const [name, start = startNodeChild] of ways) {
  describe.skipIf(ways.some(([n, way]) => n === name && way === undefined))(
    `a child that is started ${name}`,
    () => {
      let folder: string;
      let log: number;
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'recomp-child-'));
        log = openSync(join(folder, 'log'), 'a');
      });
      afterEach(() => {
        closeSync(log);
        rmSync(folder, { recursive: true, force: true });
      });

      /** Told all that at once; `answer` may say more to what it has said so far. */
      function run(
        words: readonly string[],
        tell: readonly string[],
        { descriptors = [log], hangUp = true, answer = (_: string, __: Child): void => {} } = {},
      ): Promise<Ended> {
        return new Promise((resolve) => {
          let said = '';
          const child = start(words, descriptors, {
            heard: (text) => {
              said += text;
              answer(said, child);
            },
            ended: (signal, code, problem) => resolve({ said, signal, code, problem }),
          });
          for (const text of tell) child.tell(text);
          if (hangUp) child.hangUp();
        });
      }
      const shell = (...tell: string[]) => run(['/bin/sh'], tell);
      const well = { signal: undefined, code: 0, problem: undefined };

      it('is told, and heard on both streams', async () => {
        expect(await shell('echo out\n', 'echo err >&2\n')).toEqual({ ...well, said: 'out\nerr\n' });
      });

      it('is asked again and again', async () => {
        const answer = (said: string, child: Child): void => {
          if (said.endsWith('=1\n')) child.tell('echo =2\n');
          if (said.endsWith('=2\n')) child.hangUp();
        };
        const { said } = await run(['/bin/sh'], ['echo =1\n'], { hangUp: false, answer });
        expect(said).toBe('=1\n=2\n');
      });

      it('says how it ended', async () => {
        expect(await shell('exit 7\n')).toEqual({ ...well, said: '', code: 7 });
        expect(await shell('kill -9 $$\n')).toEqual({
          ...well,
          said: '',
          code: undefined,
          signal: 'SIGKILL',
        });
      });

      it('says why it could not be started', async () => {
        const { problem, said } = await run(['/nonexistent/program'], ['never\n']);
        expect(said).toBe('');
        expect(problem).toContain('/nonexistent/program');
        expect(problem).toContain('ENOENT');
      });

      it('has its descriptors, and none of ours', async () => {
        const secret = openSync('/etc/passwd', 'r');
        const { said } = await run(['/bin/sh'], ['echo kept >&3; echo more >&5; ls /proc/$$/fd\n'], {
          descriptors: [log, -1, log],
        });
        closeSync(secret);
        expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('kept\nmore\n');
        const open = said.trim().split('\n').map(Number);
        expect(open).toEqual(expect.arrayContaining([0, 1, 2, 3, 5]));
        // Shells keep one for themselves above 9; 4 may be /dev/null.
        expect(open.filter((fd) => fd > 5 && fd < 10)).toEqual([]);
      });

      it('has no environment, is in / and leads a session of its own', async () => {
        const { said } = await shell(
          'pwd; /usr/bin/env | grep -v -e ^PWD= -e ^_= -e ^OLDPWD= -e ^SHLVL=; cut -d" " -f1,5,6 /proc/$$/stat\n',
        );
        const [pwd, ids = '', ...rest] = said.trim().split('\n');
        expect([pwd, rest]).toEqual(['/', []]);
        const [pid, group, session] = ids.split(' ');
        expect([group, session]).toEqual([pid, pid]);
      });

      it('heeds signals that we do not', async () => {
        // Node ignores SIGPIPE, and what is ignored is inherited unless it is reset.
        const { said } = await shell('grep -E "^Sig(Ign|Blk)" /proc/self/status | cut -f2\n');
        expect(said).toBe('0000000000000000\n0000000000000000\n');
      });

      it('takes far more than a pipe holds', async () => {
        const long = `: ${'x'.repeat(1_000_000)}\n`;
        expect((await shell(long, long, 'echo done\n')).said).toBe('done\n');
      });

      it('gives every byte of much that it says', async () => {
        const { said } = await shell("head -c 3000000 /dev/zero | tr '\\0' '\\377'\n");
        expect(said.length).toBe(3_000_000);
        expect(said.replaceAll('\xff', '')).toBe('');
      });

      it('may be told when it is gone', async () => {
        let late: Child | undefined;
        const answer = (_: string, child: Child): void => {
          late = child;
        };
        await run(['/bin/sh'], ['echo there; exit 0\n'], { hangUp: false, answer });
        expect(() => {
          late?.tell('nobody hears this\n');
          late?.hangUp();
        }).not.toThrow();
        expect(late).toBeDefined();
      });

      it('may be one of many at once', async () => {
        const all = await Promise.all(Array.from({ length: 40 }, (_, i) => shell(`echo ${i}\n`)));
        expect(all.map(({ said }) => Number(said))).toEqual([...all.keys()]);
      });
    },
  );
}
