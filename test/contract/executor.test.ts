import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxKind } from '../../src/model/isolation.ts';
import { complete, makeRig, processesWith, type Rig, shell } from './executor-common.ts';

const out = (path: string, tree = false) => ({ path, tree });

for (const kind of ['bubblewrap', 'unshare', 'staged', 'off'] satisfies SandboxKind[]) {
  const rigged = await makeRig(kind);
  describe.skipIf(rigged === undefined)(`executor ${kind}`, () => {
    let rig: Rig;
    beforeAll(() => {
      if (rigged) rig = rigged;
    });
    afterAll(() => rigged?.close());

    it('runs a command on its inputs and gives its outputs and streams', async () => {
      const inputs = [rig.source('pkg/a.txt', 'alpha\n'), rig.source('pkg/b.txt', 'beta\n')];
      const seen = await rig.run({
        ...shell('cat pkg/a.txt pkg/b.txt > recomp-out/pkg/ab; echo said; echo wrong >&2'),
        inputs,
        outputs: [out('recomp-out/pkg/ab')],
      });
      expect(seen.end).toEqual({ kind: 'exited', code: 0 });
      expect(seen.file('recomp-out/pkg/ab')).toBe('alpha\nbeta\n');
      expect([seen.stdout, seen.stderr, seen.undeclared]).toEqual(['said\n', 'wrong\n', []]);
    });

    it('may be warmed, before and after it is used', async () => {
      rig.executor.warm?.();
      expect((await rig.run(shell('echo warm'))).stdout).toBe('warm\n');
      rig.executor.warm?.();
    });

    it('gives streams of their own to each action', async () => {
      await rig.run(shell('echo first; echo first >&2'));
      const seen = await rig.run(shell(':'));
      expect([seen.stdout, seen.stderr]).toEqual(['', '']);
    });

    it('sets exactly the wanted environment', async () => {
      const env = { MODE: 'a\n"b" \'c\' $HOME `x`', 'odd.name': 'v', IFS: ':' };
      const seen = await rig.run({ argv: ['/usr/bin/env', '-0'], env });
      const vars = new Map(
        seen.stdout
          .split('\0')
          .filter(Boolean)
          .map((v) => [v.slice(0, v.indexOf('=')), v.slice(v.indexOf('=') + 1)]),
      );
      expect(vars.get('MODE')).toBe(env.MODE);
      expect(vars.get('odd.name')).toBe('v');
      expect(vars.get('IFS')).toBe(':');
      // `_` is bash's, where sh is bash; PWD is set by every shell.
      vars.delete('_');
      expect([...vars.keys()].sort()).toEqual([
        'HOME',
        'IFS',
        'LANG',
        'MODE',
        'PATH',
        'PWD',
        'TMPDIR',
        'TZ',
        'odd.name',
      ]);
      if (kind === 'bubblewrap' || kind === 'unshare') {
        expect([vars.get('HOME'), vars.get('PWD'), vars.get('TMPDIR')]).toEqual([
          '/recomp/home',
          '/recomp/work',
          '/recomp/tmp',
        ]);
      }
    });

    it('hands over words as they are, however long', async () => {
      const words = [
        "it's",
        'two\nlines',
        '',
        '$x `y` \\',
        '*',
        '-n',
        'é😀',
        'x'.repeat(100_000),
        ...Array.from({ length: 20_000 }, (_, i) => `w${i}`),
      ];
      const seen = await rig.run({ argv: ['printf', '%s\\0', ...words] });
      expect(seen.end).toEqual({ kind: 'exited', code: 0 });
      expect(seen.stdout).toBe(`${words.join('\0')}\0`);
      if (kind === 'off') return;
      rig.source('whole/x', 'x');
      const tree = { kind: 'tree', at: 'whole', from: join(rig.workspace, 'whole') } as const;
      const mounted = await rig.run({ argv: ['printf', '%s\\0', ...words, '\nEND\n'], inputs: [tree] });
      expect(mounted.stdout).toBe(`${words.join('\0')}\0\nEND\n\0`);
    });

    it('starts programs, not what a shell has under the same name', async () => {
      expect((await rig.run({ argv: ['echo', 'a\\tb'] })).stdout).toBe('a\\tb\n');
      expect((await rig.run({ argv: ['cd', '/'] })).end).toEqual({ kind: 'exited', code: 127 });
      expect((await rig.run({ argv: ['true', ...Array<string>(3000).fill('x')] })).end).toEqual({
        kind: 'exited',
        code: 0,
      });
    });

    it('reads nothing from stdin and leaves no descriptor open', async () => {
      const seen = await rig.run(shell('cat; ls /proc/self/fd'));
      expect(seen.stdout.split('\n').filter((fd) => Number(fd) > 3 && Number(fd) < 10)).toEqual([]);
    });

    it('tells how the action ended', async () => {
      expect((await rig.run(shell('exit 3'))).end).toEqual({ kind: 'exited', code: 3 });
      expect((await rig.run(shell('exit 137'))).end).toEqual({ kind: 'exited', code: 137 });
      const aborted = await rig.run({ argv: ['python3', '-c', 'import os; os.abort()'] });
      expect(aborted.end).toEqual({ kind: 'signalled', signal: 'SIGABRT' });
    });

    it('says that a command is not there', async () => {
      const seen = await rig.run({ argv: ['no-such-command', 'x'] });
      expect(seen.end).toEqual({ kind: 'exited', code: 127 });
      expect(seen.stderr).toContain('no-such-command');
    });

    it('puts declared tools on PATH under their names', async () => {
      const own = rig.source('tool.sh', '#!/bin/sh\necho "tool says $1"\n', true);
      if (own.kind !== 'file') throw new Error('a file');
      const tools = [
        { name: 'mytool', path: own.from, files: [own.from] },
        { name: 'shell', path: '/bin/sh', files: [] },
      ];
      const seen = await rig.run({ ...shell('mytool hello; shell -c "echo $0"'), tools });
      expect(seen.stdout).toBe('tool says hello\n/bin/sh\n');
      expect((await rig.run(shell('mytool hello'))).end).toEqual({ kind: 'exited', code: 127 });
    });

    it('makes folders for outputs, and an empty one for a tree output', async () => {
      const seen = await rig.run({
        ...shell(
          'ls -A recomp-out/t/tree; echo 1 > recomp-out/t/tree/x; mkdir recomp-out/t/tree/sub; echo 2 > recomp-out/t/tree/sub/y',
        ),
        outputs: [out('recomp-out/t/tree', true), out('recomp-out/deep/down/file')],
      });
      expect(seen.stdout).toBe('');
      expect(seen.file('recomp-out/t/tree/sub/y')).toBe('2\n');
      const again = await rig.run({
        ...shell('ls -A recomp-out/t/tree'),
        outputs: [out('recomp-out/t/tree', true)],
      });
      expect(again.stdout).toBe('');
    });

    it('ends a whole process tree when time is up', async () => {
      const mark = `31${process.pid}7`;
      const seen = await rig.run({
        ...shell(`sleep ${mark} & setsid sleep ${mark} & sleep ${mark}`),
        timeoutMs: 300,
      });
      expect(seen.end).toEqual({ kind: 'timed-out' });
      expect(processesWith(`sleep\0${mark}`)).toEqual([]);
      expect((await rig.run(shell('echo well'))).stdout).toBe('well\n');
    });

    it('ends a whole process tree when cancelled, and removes what was half written', async () => {
      const mark = `32${process.pid}7`;
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 300);
      const seen = await rig.run(
        { ...shell(`echo half > recomp-out/c/half; sleep ${mark}`), outputs: [out('recomp-out/c/half')] },
        abort.signal,
      );
      expect(seen.end).toEqual({ kind: 'cancelled' });
      expect(processesWith(`sleep\0${mark}`)).toEqual([]);
      expect(existsSync(join(rig.workspace, 'recomp-out/c/half'))).toBe(false);
    });

    it('does not run what is cancelled before', async () => {
      expect((await rig.run(shell('exit 0'), AbortSignal.abort())).end).toEqual({ kind: 'cancelled' });
    });

    it('survives an action that signals its process group', async () => {
      await rig.run(shell('trap "kill 0" EXIT; :'));
      expect((await rig.run(shell('echo well'))).stdout).toBe('well\n');
    });

    it('takes an action that kills its whole group for what it is, and goes on', async () => {
      expect((await rig.run(shell('kill -9 0'))).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
      expect((await rig.run(shell('echo well'))).stdout).toBe('well\n');
    });

    it('runs many at once without mixing them up', async () => {
      const runs = Array.from({ length: 12 }, (_, i) =>
        rig.run({
          ...shell(`sleep 0.0${i % 4}; cat n${i}.txt; cat n${i}.txt > recomp-out/m/${i}`),
          inputs: [rig.source(`n${i}.txt`, `number ${i}\n`)],
          outputs: [out(`recomp-out/m/${i}`)],
        }),
      );
      const all = await Promise.all(runs);
      expect(all.map(({ end, stdout, stderr }) => ({ end, stdout, stderr }))).toEqual(
        runs.map((_, i) => ({ end: { kind: 'exited', code: 0 }, stdout: `number ${i}\n`, stderr: '' })),
      );
    });

    it('lays bytes that the engine made', async () => {
      const bytes = Buffer.from('#!/bin/sh\necho from bytes\n');
      const seen = await rig.run({
        ...shell('./recomp-out/.params/p/run'),
        inputs: [{ kind: 'bytes', at: 'recomp-out/.params/p/run', bytes, executable: true }],
      });
      expect(seen.stdout).toBe('from bytes\n');
    });

    it('refuses paths that leave the root', async () => {
      for (const at of ['../x', '/etc/x', 'a/../../x', 'a/./b', 'a//b', '']) {
        const seen = await rig.run({
          inputs: [{ kind: 'bytes', at, bytes: new Uint8Array(), executable: false }],
        });
        expect([at, seen.end.kind]).toEqual([at, 'sandbox-failed']);
        expect((await rig.run({ outputs: [out(at)] })).end.kind).toBe('sandbox-failed');
      }
      expect((await rig.run(shell('echo well'))).stdout).toBe('well\n');
    });

    if (kind !== 'off') {
      it('tells an input that has gone from a sandbox that failed', async () => {
        const file = rig.source('gone/a.txt', 'a');
        const tree = { kind: 'tree', at: 'gone/tree', from: join(rig.workspace, 'gone/tree') } as const;
        rmSync(join(rig.workspace, 'gone'), { recursive: true });
        for (const input of [file, tree])
          expect((await rig.run({ inputs: [input] })).end).toEqual({ kind: 'input-missing', path: input.at });
      });

      it('sees declared inputs only, and nothing of an action before', async () => {
        rig.source('pkg/undeclared.txt', 'no');
        await rig.run({
          ...shell(
            'echo x > recomp-out/other/secret; echo y > $TMPDIR/t; echo z > $HOME/h; echo q > recomp-out/junk',
          ),
          outputs: [out('recomp-out/other/secret')],
        });
        const seen = await rig.run({
          ...shell('find . -mindepth 1 | sort; ls -A $TMPDIR $HOME | grep -v "^/" | grep .'),
          inputs: [rig.source('pkg/a.txt', 'alpha\n')],
          outputs: [out('recomp-out/pkg/o')],
        });
        expect(seen.stdout).toBe('./pkg\n./pkg/a.txt\n./recomp-out\n./recomp-out/pkg\n');
      });

      it('lists what was not declared, and drops it', async () => {
        const request = {
          outputs: [out('recomp-out/u/declared')],
          inputs: [rig.source('recomp-out/u/in', 'i')],
        };
        const seen = await rig.run({
          ...shell(
            'cd recomp-out/u; echo 1 > declared; echo 2 > z; mkdir -p d/e; echo 3 > d/e/f; mkdir empty; ln -s / link',
          ),
          ...request,
        });
        expect(seen.undeclared).toEqual([
          'recomp-out/u/d/e/f',
          'recomp-out/u/empty',
          'recomp-out/u/link',
          'recomp-out/u/z',
        ]);
        const again = await rig.run({ ...shell('ls -A recomp-out/u'), ...request });
        expect(again.stdout).toBe('in\n');
      });

      it('cuts a long list of undeclared outputs', async () => {
        const seen = await rig.run({
          ...shell('cd recomp-out/u; for i in $(seq 300); do : > f$i; done'),
          outputs: [out('recomp-out/u/x')],
        });
        expect(seen.undeclared).toHaveLength(100);
      });

      it('tells which inputs were changed, and leaves the originals alone', async () => {
        const input = rig.source('recomp-out/w/in.txt', 'original');
        const kept = rig.source('recomp-out/w/kept.txt', 'kept');
        const seen = await rig.run({
          ...shell('cd recomp-out/w; chmod 644 in.txt; echo changed > in.txt'),
          inputs: [input, kept],
          outputs: [out('recomp-out/w/o')],
        });
        expect(seen.modified).toEqual(['recomp-out/w/in.txt']);
        expect(readFileSync(join(rig.workspace, 'recomp-out/w/in.txt'), 'utf8')).toBe('original');
      });

      it('does not follow a link that took the place of a folder', async () => {
        const victim = join(rig.root, `victim-${kind}`);
        writeFileSync(victim, 'precious');
        const seen = await rig.run({
          ...shell(`rm -rf recomp-out/l; ln -s ${rig.root} recomp-out/l`),
          inputs: [rig.source('recomp-out/l/in', 'x')],
          outputs: [out(`recomp-out/l/victim-${kind}`)],
        });
        expect(seen.file(`recomp-out/l/victim-${kind}`)).toBeUndefined();
        expect(readFileSync(victim, 'utf8')).toBe('precious');
      });

      it('lays whole folders and big files', async () => {
        rig.source('lib/a.h', 'header\n');
        rig.source('lib/sub/b.h', 'deep\n');
        const big = rig.source('big.bin', 'b'.repeat(9_000_000));
        const seen = await rig.run({
          ...shell(
            'cat lib/a.h lib/sub/b.h > recomp-out/big/h; wc -c < big.bin; wc -c < recomp-out/big/in.bin',
          ),
          inputs: [
            { kind: 'tree', at: 'lib', from: join(rig.workspace, 'lib') },
            big,
            { ...big, at: 'recomp-out/big/in.bin' },
          ],
          outputs: [out('recomp-out/big/h')],
        });
        expect(seen.stderr).toBe('');
        expect(seen.stdout).toBe('9000000\n9000000\n');
        expect(seen.file('recomp-out/big/h')).toBe('header\ndeep\n');
      });

      it('takes a few thousand inputs', async () => {
        const inputs = Array.from({ length: 3000 }, (_, i) => rig.source(`many/d${i % 50}/f${i}`, `${i}`));
        const seen = await rig.run({ ...shell('find many -type f | wc -l'), inputs });
        expect(seen.stdout.trim()).toBe('3000');
      });

      it('clears away whatever an action leaves', async () => {
        await rig.run({
          ...shell(
            'cd recomp-out/h; mkdir -p shut/in; : > shut/in/x; chmod 0 shut/in shut; mkfifo p; d=dddddddddddddddddddddddddddddddddddddddddddddddddddddddd; for i in $(seq 100); do mkdir $d && cd $d || break; done; : > $(printf "bad\\377name")',
          ),
          outputs: [out('recomp-out/h/o')],
        });
        const seen = await rig.run({ ...shell('find recomp-out -mindepth 1') });
        expect(seen.stdout).toBe('');
      });

      it('keeps the folder of a failed action when asked, and says how to enter it', async () => {
        const seen = await rig.run({
          ...shell('echo evidence > recomp-out/k/e; exit 5'),
          inputs: [rig.source('k.txt', 'kept input\n')],
          outputs: [out('recomp-out/k/e')],
          env: { KEPT: 'yes' },
          keepOnFailure: true,
        });
        const { kept } = seen;
        if (!kept) throw new Error('nothing kept');
        const said = execFileSync('/bin/sh', ['-c', kept.enter], {
          input: 'cat k.txt recomp-out/k/e; echo $KEPT',
          encoding: 'utf8',
        });
        expect(said).toBe('kept input\nevidence\nyes\n');
        execFileSync('rm', ['-rf', kept.folder]);
      });

      it('writes an output that lies elsewhere', async () => {
        const outcome = await rig.executor.run(
          complete({ ...shell('echo top > elsewhere/o'), outputs: [out('elsewhere/o')] }),
          new AbortController().signal,
        );
        expect(readFileSync(join(outcome.outputRoot, 'elsewhere/o'), 'utf8')).toBe('top\n');
        outcome.release();
      });
    } else {
      it('removes old outputs first and failed ones after', async () => {
        rig.source('recomp-out/o/x', 'old');
        const request = { outputs: [out('recomp-out/o/x')] };
        expect(
          (await rig.run({ ...shell('ls recomp-out/o; echo new > recomp-out/o/x'), ...request })).stdout,
        ).toBe('');
        await rig.run({ ...shell('echo half > recomp-out/o/x; exit 1'), ...request });
        expect(existsSync(join(rig.workspace, 'recomp-out/o/x'))).toBe(false);
      });

      it('lays nothing among the files of the user', async () => {
        writeFileSync(join(rig.root, 'foreign'), 'f');
        const foreign = {
          kind: 'file',
          from: join(rig.root, 'foreign'),
          size: 1,
          executable: false,
        } as const;
        expect((await rig.run({ inputs: [{ ...foreign, at: 'src/x' }] })).end.kind).toBe('sandbox-failed');
        const seen = await rig.run({
          ...shell('cat recomp-external/p/x'),
          inputs: [{ ...foreign, at: 'recomp-external/p/x' }],
        });
        expect(seen.stdout).toBe('f');
      });
    }
  });

  it.skipIf(rigged === undefined)(`${kind}: close ends what runs and removes everything`, async () => {
    const others = sandboxFolders();
    const rig = await makeRig(kind);
    if (!rig) throw new Error('no rig');
    const before = sandboxFolders(rig).filter((path) => !others.includes(path));
    const mark = `33${process.pid}7`;
    const running = rig.run(shell(`sleep ${mark}`));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await rig.close();
    expect((await running).end).toEqual({ kind: 'cancelled' });
    expect(processesWith(`sleep\0${mark}`)).toEqual([]);
    expect(before).not.toEqual([]);
    expect(sandboxFolders(rig).filter((path) => before.includes(path))).toEqual([]);
  });
}

/** The folders that executors of this process have at this moment. */
const sandboxFolders = (rig?: Rig): string[] =>
  [`/dev/shm/recomp-${process.getuid?.()}`, ...(rig ? [join(rig.root, 'state/sandbox')] : [])]
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place).map((name) => `${place}/${name}`))
    .filter((path) => path.includes(`/p${process.pid}-`));
