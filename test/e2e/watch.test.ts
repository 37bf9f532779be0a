import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../rig/real-build.ts';
import { descendants, isAlive, started, systemCalls } from '../support/processes.ts';
import { SAY_RULE, sayWord } from '../support/say-rule.ts';
import { startWatching, type Watching, watchWorkspace } from '../support/watching.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const CONFIG = '[workspace]\nname = "watched"\n';

const target = (name: string, rest: string): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\nouts = ["${name}.txt"]\n${rest}\n`;

const PLAIN =
  target('one', 'srcs = ["one.in"]\nshell = "cat $SRCS > $OUT"') +
  target('two', 'srcs = ["two.in"]\ndeps = [":one"]\nshell = "cat $SRCS $DEPS > $OUT"') +
  target('sum', 'srcs = [{ glob = "src/**/*.c", allow_empty = true }]\nshell = "cat /dev/null $SRCS > $OUT"');

function plainWorkspace(): TestWorkspace {
  return createWorkspace({
    'recomp.toml': CONFIG,
    'BUILD.toml': PLAIN,
    'one.in': '1\n',
    'two.in': '2\n',
    'src/a.c': 'a\n',
    'src/deep/b.c': 'b\n',
  });
}

const path = (workspace: TestWorkspace, name: string): string => join(workspace.root, name);

/** The session ends, and left the state of a clean build of what is there now. */
async function expectClean(
  workspace: TestWorkspace,
  watching: Watching,
  names: readonly string[],
): Promise<void> {
  await watching.end();
  const read = (): string[] => names.map((name) => workspace.read(`recomp-out/${name}.txt`));
  const watched = read();
  for (const folder of ['.recomp', 'recomp-out', '../cache'])
    rmSync(path(workspace, folder), { recursive: true, force: true });
  expect(workspace.run(['build', '//...']).code).toBe(0);
  expect(watched).toEqual(read());
}

describe('recomp watch', () => {
  it('builds, and then only what has changed; each round is a run', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    workspace.write('two.in', 'two\n');
    const { changed, ran, end } = await watching.round();
    expect(changed).toEqual(['two.in']);
    expect(ran).toEqual(['//:two%command']);
    expect(end).toMatchObject({ state: 'succeeded', executed: 1 });
    expect(workspace.read('recomp-out/two.txt')).toBe('two\n1\n');
    expect(readlinkSync(path(workspace, '.recomp/runs/latest'))).toBe(end['run_id']);
    expect(await watching.end('SIGINT')).toBe(130);
    expect(workspace.run(['build', '//...']).stderr).toMatch(/3 actions(: 3)? up to date/);
  });

  it('runs nothing for a file that was touched and not changed', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    utimesSync(path(workspace, 'one.in'), 1, 1);
    expect((await watching.round()).started).toEqual([]);
  });

  it('is not woken by what recomp writes, another one included', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    expect(workspace.run(['build', '//:one', '--force']).code).toBe(0);
    workspace.write('recomp-out/stray', '');
    workspace.write('one.in', 'one\n');
    const { changed, end } = await watching.round();
    expect(changed).toEqual(['one.in']);
    expect(end['round']).toBe(2);
  });

  it('makes one round of a burst', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    watching.held(() => {
      for (let i = 0; i < 300; i++) workspace.write(`src/f${i}.c`, `${i}\n`);
    });
    expect((await watching.round()).ran).toEqual(['//:sum%command']);
    await watching.next('resting');
    expect(watching.pending()).toEqual([]);
    await expectClean(workspace, watching, ['sum']);
  });

  it.each<[string, (file: string) => void]>([
    [
      'truncated and written',
      (file) => {
        writeFileSync(file, '');
        writeFileSync(file, 'new\n');
      },
    ],
    ['appended to', (file) => appendFileSync(file, 'new\n')],
    [
      'renamed over',
      (file) => {
        writeFileSync(`${file}~`, 'new\n');
        renameSync(`${file}~`, file);
      },
    ],
    [
      'saved beside a swap file, with a backup',
      (file) => {
        writeFileSync(`${file}.swp`, '');
        renameSync(file, `${file}~`);
        writeFileSync(file, 'new\n');
        rmSync(`${file}~`);
        rmSync(`${file}.swp`);
      },
    ],
    [
      'removed and made again',
      (file) => {
        rmSync(file);
        writeFileSync(file, 'new\n');
      },
    ],
  ])('sees a file that is %s, and runs what reads it', async (_how, save) => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    watching.held(() => save(path(workspace, 'src/a.c')));
    const { ran } = await watching.round();
    expect(ran).toEqual(['//:sum%command']);
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('follows folders that are moved out, in, and replaced by others', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    const output = (): string => workspace.read('recomp-out/sum.txt');
    renameSync(path(workspace, 'src/deep'), path(workspace, 'aside'));
    expect((await watching.round()).ran).toEqual(['//:sum%command']);
    expect(output()).toBe('a\n');
    mkdirSync(path(workspace, 'other'));
    writeFileSync(path(workspace, 'other/c.c'), 'c\n');
    await watching.next('resting');
    renameSync(path(workspace, 'other'), path(workspace, 'src/deep'));
    await watching.round();
    expect(output()).toBe('a\nc\n');
    watching.held(() => {
      renameSync(path(workspace, 'src/deep'), path(workspace, 'away'));
      renameSync(path(workspace, 'aside'), path(workspace, 'src/deep'));
    });
    await watching.round();
    await watching.next('resting');
    writeFileSync(path(workspace, 'src/deep/b.c'), 'B\n');
    await watching.round();
    expect(output()).toBe('a\nB\n');
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('shows what is wrong with the workspace, waits, and goes on when it is mended', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    workspace.write('BUILD.toml', `${PLAIN}nonsense`);
    const broken = await watching.next('workspace.broken');
    expect(JSON.stringify(broken['diagnostics'])).toContain('toml-syntax');
    await watching.next('resting');
    watching.held(() => {
      workspace.write('one.in', 'one\n');
      workspace.write('BUILD.toml', PLAIN);
    });
    const { ran, end } = await watching.round();
    expect(end).toMatchObject({ state: 'succeeded' });
    expect(ran).toEqual(['//:one%command', '//:two%command']);
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('starts in a workspace that is broken, and builds when it is mended', async () => {
    const workspace = createWorkspace({
      'recomp.toml': CONFIG,
      'BUILD.toml': target('one', 'srcs = ["none"]'),
    });
    const watching = startWatching(workspace);
    await watching.next('workspace.broken');
    await watching.next('resting');
    workspace.write('BUILD.toml', target('one', 'srcs = ["sub/none"]\nshell = "cat $SRCS > $OUT"'));
    await watching.next('workspace.broken');
    await watching.next('resting');
    watching.held(() => workspace.write('sub/none', 'here\n'));
    expect((await watching.round()).end).toMatchObject({ state: 'succeeded' });
    expect(workspace.read('recomp-out/one.txt')).toBe('here\n');
  });

  it('keeps building the rest when something fails, and says when it is mended', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    workspace.write('BUILD.toml', PLAIN.replace('cat $SRCS $DEPS', 'grep -q 2 $SRCS && cat $SRCS $DEPS'));
    await watching.round();
    watching.held(() => {
      workspace.write('two.in', 'bad\n');
      workspace.write('src/a.c', 'A\n');
    });
    const failed = await watching.round();
    expect(failed.end).toMatchObject({ state: 'failed', failed: 1, unfinished: ['//:two%command'] });
    expect(workspace.read('recomp-out/sum.txt')).toBe('A\nb\n');
    workspace.write('two.in', '2 again\n');
    expect((await watching.round()).end).toMatchObject({ state: 'succeeded', unfinished: [] });
  });

  it('tries again what failed when something of it has changed, and not before', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    workspace.write('BUILD.toml', PLAIN.replace('cat $SRCS $DEPS', 'grep -q 2 $SRCS && cat $SRCS $DEPS'));
    await watching.round();
    workspace.write('two.in', 'bad\n');
    expect((await watching.round()).started).toEqual(['//:two%command']);
    workspace.write('src/a.c', 'A\n');
    const beside = await watching.round();
    expect(beside.started).toEqual(['//:sum%command']);
    expect(beside.end).toMatchObject({ state: 'failed', failed: 1, unfinished: ['//:two%command'] });
    workspace.write('one.in', 'one\n');
    expect((await watching.round()).started).toEqual(['//:one%command', '//:two%command']);
    workspace.write('two.in', '2\n');
    expect((await watching.round()).end).toMatchObject({ state: 'succeeded', unfinished: [] });
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('ends up right when its whole folder is deleted and made again', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    watching.held(() => rmSync(workspace.root, { recursive: true }));
    await watching.next('workspace.broken');
    await watching.rested();
    watching.held(() => {
      mkdirSync(workspace.root);
      for (const [name, text] of Object.entries({
        'BUILD.toml': PLAIN,
        'one.in': 'new\n',
        'two.in': '2\n',
        'src/a.c': 'A\n',
        'recomp.toml': CONFIG,
      }))
        workspace.write(name, text);
    });
    expect((await watching.round()).end.type).toBe('recomp.watch.round.completed');
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('says that all is well when its folder is moved away and back', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace, ['//...', '--on-round', 'true']);
    renameSync(workspace.root, `${workspace.root}-aside`);
    expect(await watching.next('workspace.broken')).toMatchObject({
      diagnostics: [{ code: 'workspace-gone' }],
    });
    await watching.rested();
    renameSync(`${workspace.root}-aside`, workspace.root);
    const { ran, end } = await watching.round();
    expect(end).toMatchObject({ state: 'succeeded' });
    expect(ran).toEqual([]);
    expect(await watching.end('SIGTERM')).toBe(143);
    expect(watching.stderr()).not.toContain('on-round');
  });

  it('takes a git checkout of hundreds of files as one change', async () => {
    const workspace = plainWorkspace();
    const git = (...words: string[]): void => {
      const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main'];
      execFileSync('git', [...identity, ...words], { cwd: workspace.root, stdio: 'ignore' });
    };
    workspace.write('.gitignore', '.recomp/\nrecomp-out/\n');
    git('init');
    git('add', '.');
    git('commit', '-m', 'a');
    git('checkout', '-b', 'other');
    for (let i = 0; i < 400; i++) workspace.write(`src/many/d${i % 20}/f${i}.c`, `${i}\n`);
    workspace.write('one.in', 'other\n');
    git('add', '.');
    git('commit', '-m', 'b');
    const watching = await watchWorkspace(workspace);
    for (const branch of ['main', 'other']) {
      watching.held(() => git('checkout', branch));
      const { end } = await watching.round();
      expect(end).toMatchObject({ state: 'succeeded' });
      await watching.next('resting');
      expect(watching.pending()).toEqual([]);
    }
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('ends what reads an edited file, begins it again, and lets the rest finish', async () => {
    const workspace = createWorkspace({
      'recomp.toml': CONFIG,
      'BUILD.toml':
        // Held until its source says something else: then it cannot be the old one that ends.
        target('held', 'srcs = ["held.in"]\nshell = ". ./held.in; cat held.in > $OUT"') +
        target('after', 'deps = [":held"]\nshell = "cat $DEPS > $OUT"') +
        target('rest', 'srcs = ["rest.in"]\nshell = "cat $SRCS > $OUT"'),
      'held.in': 'sleep 600\n',
      'rest.in': 'rest\n',
    });
    const watching = startWatching(workspace, ['//...', '--jobs=1']);
    await started(watching.pid, 'sleep 600');
    workspace.write('held.in', 'true\n');
    const first = await watching.next('round.completed');
    expect(first).toMatchObject({ state: 'cancelled', executed: 1 });
    expect(workspace.read('recomp-out/rest.txt')).toBe('rest\n');
    const second = await watching.round();
    expect(second.ran).toEqual(['//:held%command', '//:after%command']);
    expect(second.end).toMatchObject({ state: 'succeeded' });
    await expectClean(workspace, watching, ['held', 'after', 'rest']);
  });

  it('ends what is declared otherwise by now, and lets the rest finish', async () => {
    const rest = target('rest', 'srcs = ["rest.in"]\nshell = "cat $SRCS > $OUT"');
    const workspace = createWorkspace({
      'recomp.toml': CONFIG,
      'BUILD.toml': target('held', 'shell = "sleep 600; echo 1 > $OUT"') + rest,
      'rest.in': 'rest\n',
    });
    const watching = startWatching(workspace, ['//...', '--jobs=1']);
    await started(watching.pid, 'sleep 600');
    workspace.write('BUILD.toml', target('held', 'shell = "echo 2 > $OUT"') + rest);
    expect(await watching.next('round.completed')).toMatchObject({ state: 'cancelled', executed: 1 });
    expect((await watching.round()).ran).toEqual(['//:held%command']);
    await expectClean(workspace, watching, ['held', 'rest']);
  });

  it('makes up for events that the kernel dropped', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    const queue = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
    watching.held(() => {
      // Two by turns: the kernel takes equal events that follow each other for one.
      const noise = ['x', 'y'].map((name) => path(workspace, `src/${name}`));
      for (let i = 0; i <= queue; i++) writeFileSync(noise[i % 2] ?? '', '');
      for (const file of noise) rmSync(file);
      // The queue is full: of this nobody is told.
      workspace.write('one.in', 'unheard\n');
      renameSync(path(workspace, 'src/deep'), path(workspace, 'src/other'));
    });
    await watching.round();
    await watching.next('resting');
    // What is followed is right again, too.
    workspace.write('src/other/b.c', 'B\n');
    await watching.round();
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('takes a rule package anew when a file changes that it imports, and waits when that is broken', async () => {
    const workspace = createWorkspace({
      'recomp.toml': `${CONFIG}[rules]\nuse = ["./rules/say.mjs"]\n`,
      'BUILD.toml': '[[target]]\nname = "said"\nrule = "say"\n',
      ...SAY_RULE,
    });
    const watching = await watchWorkspace(workspace);
    expect(workspace.read('recomp-out/said.txt')).toBe('one\n');
    workspace.write('rules/word.mjs', sayWord('two'));
    await watching.round();
    expect(workspace.read('recomp-out/said.txt')).toBe('two\n');
    rmSync(path(workspace, 'rules/word.mjs'));
    await watching.next('workspace.broken');
    await watching.rested();
    workspace.write('rules/word.mjs', sayWord('three'));
    expect((await watching.round()).end).toMatchObject({ state: 'succeeded' });
    expect(workspace.read('recomp-out/said.txt')).toBe('three\n');
  });

  it('asks for nothing while nothing happens', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    workspace.write('one.in', 'one\n');
    await watching.round();
    await watching.next('resting');
    // What follows work at a distance ends: other versions of the JavaScript engine tidy their memory, a few times.
    const seconds = process.env['RECOMP_LONG'] ? 60 : 2;
    let asked = await systemCalls(watching.pid, seconds);
    for (let i = 0; i < 30 && asked.length > 0; i++) asked = await systemCalls(watching.pid, seconds);
    expect(asked).toEqual([]);
  }, 3_600_000);

  it('leaves no process behind', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace);
    const before = descendants(watching.pid);
    expect(before.length).toBeGreaterThan(0);
    for (let i = 0; i < 5; i++) {
      workspace.write('one.in', `${i}\n`);
      await watching.round();
    }
    await watching.next('resting');
    await until(() => descendants(watching.pid).length <= before.length, 'no more processes than before');
    const all = descendants(watching.pid);
    await watching.end();
    await until(() => !all.some(isAlive), 'all of them end');
  });

  it('looks by itself where it is asked to', async () => {
    const workspace = plainWorkspace();
    const watching = await watchWorkspace(workspace, ['//...', '--poll=50']);
    workspace.write('one.in', 'looked at\n');
    expect((await watching.round()).ran).toEqual(['//:one%command', '//:two%command']);
    workspace.write('src/new/c.c', 'c\n');
    while (!workspace.read('recomp-out/sum.txt').includes('c\n')) await watching.rested();
    await expectClean(workspace, watching, ['one', 'two', 'sum']);
  });

  it('refuses what a session cannot do', () => {
    const workspace = plainWorkspace();
    for (const [words, says] of [
      [['watch'], 'watch what?'],
      [['watch', '//...', '--force'], '--force is for `recomp build`'],
      [['watch', '//...', '--poll=often'], '--poll takes milliseconds'],
      [['watch', '//...', '--on-rond=x'], 'did you mean --on-round'],
    ] as const) {
      const { code, stderr } = workspace.run(words);
      expect(code).toBe(2);
      expect(stderr).toContain(says);
    }
    expect(workspace.run(['help', 'watch']).stdout).toContain('--on-round');
    expect(workspace.run(['__complete', 'watch', '--po']).stdout).toContain('--poll');
  });

  it('runs a command after each round', async () => {
    const workspace = plainWorkspace();
    const log = path(workspace, '../rounds');
    const hook = `echo "$RECOMP_ROUND $RECOMP_STATE $RECOMP_EXECUTED" >> ${log}; test -f "$RECOMP_RUN_DIR/run-manifest.json"`;
    // Of rounds that end while it runs only the last one is told, and none when the session ends.
    const told = (line: string) =>
      until(() => existsSync(log) && readFileSync(log, 'utf8').includes(line), line);
    const watching = await watchWorkspace(workspace, ['//...', '--on-round', hook]);
    await told('1 succeeded 3\n');
    workspace.write('one.in', 'one\n');
    await watching.round();
    await told('2 succeeded 2\n');
    expect(await watching.end('SIGTERM')).toBe(143);
    expect(watching.stderr()).not.toContain('on-round');
  });
});
