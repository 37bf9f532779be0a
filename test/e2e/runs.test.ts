import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const BUILD = `[[target]]
name = "lib"
rule = "command"
srcs = ["lib.txt"]
outs = ["lib.out"]
shell = "echo in lib; cat $SRCS > $OUT"
[[target]]
name = "app"
rule = "command"
deps = [":lib"]
outs = ["app.out"]
shell = "cat $DEPS > $OUT; echo '<b>said</b>'"
[[target]]
name = "bad"
rule = "command"
outs = ["bad.out"]
shell = "echo THE-REASON >&2; exit 3"
`;

const runsFolder = (ws: TestWorkspace): string => join(ws.root, '.recomp/runs');
const latest = (ws: TestWorkspace): string => readlinkSync(join(runsFolder(ws), 'latest'));

/** Four runs: all from nothing, nothing to do, a source changed, a failure. */
function history(): { ws: TestWorkspace; ids: string[] } {
  const ws = createWorkspace({ 'recomp.toml': '', 'BUILD.toml': BUILD, 'lib.txt': 'one\n' });
  const ids: string[] = [];
  const run = (...args: string[]): void => {
    ws.run(args);
    ids.push(latest(ws));
  };
  run('build', '//:app');
  run('build', '//:app');
  ws.write('lib.txt', 'two\n');
  run('build', '//:app');
  run('build', '//:bad');
  return { ws, ids };
}

let ws: TestWorkspace;
let ids: string[];

beforeAll(() => {
  ({ ws, ids } = history());
});

const out = (...args: string[]): string => {
  const ran = ws.run(args);
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
  return ran.stdout;
};

const json = (...args: string[]) => JSON.parse(out(...args, '--json'));

describe('recomp runs', () => {
  it('lists them, newest first, with how they ended and what asked for them', () => {
    const lines = out('runs').split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^\S+ {2}failed +just now +\S+ s +1 failed +recomp build \/\/:bad$/);
    expect(lines[1]).toMatch(/succeeded +just now +\S+ s +2 ran +recomp build \/\/:app$/);
    expect(lines[2]).toMatch(/succeeded +just now +\S+ s +2 up to date +recomp build \/\/:app$/);
    expect(out('runs', '-n', '2').match(/^\S+/gm)).toEqual([ids[3], ids[2]]);
  });

  it('says the same as JSON', () => {
    const { runs } = json('runs');
    expect(runs.map((run: { run_id: string }) => run.run_id)).toEqual([...ids].reverse());
    expect(runs[1]).toMatchObject({
      state: 'succeeded',
      request: 'recomp build //:app',
      totals: { total: 2, executed: 2 },
    });
  });
});

describe('recomp show', () => {
  it('takes latest, what came before it, and parts of names', () => {
    const name = (...args: string[]): string => json('show', ...args).run_id;
    expect(name()).toBe(ids[3]);
    expect(name('latest')).toBe(ids[3]);
    expect(name('latest~2')).toBe(ids[1]);
    expect(name(ids[0]?.slice(-8) ?? '')).toBe(ids[0]);
    for (const word of ['latest~4', 'nobody', '../..', '.', ''])
      expect(ws.run(['show', word]).code, word).toBe(2);
    expect(ws.run(['show', '20']).stderr).toContain('may be any of');
  });

  it('tells what ran, what failed, what it waited for and what it made', () => {
    const first = out('show', ids[0] ?? '');
    expect(first).toMatch(/^Run \S+ succeeded in /);
    expect(first).toContain('2 actions: 2 ran');
    expect(first).toMatch(/Critical path: .*\n +\S+ s {2}\/\/:lib\n +\S+ s {2}\/\/:app\n/);
    expect(first).toContain('4 bytes  app.out'.replace('app.out', 'recomp-out/app.out'));
    expect(out('show')).toMatch(
      /failed +\S+ s +\/\/:bad +exit code 3\n.*what \/\/:bad printed: logs\/\S+stderr/,
    );
  });

  it('tells which run had made what came from the cache', () => {
    const { ws: other, ids: made } = history();
    rmSync(join(other.root, 'recomp-out'), { recursive: true });
    rmSync(join(other.root, '.recomp/state'), { recursive: true });
    other.run(['build', '//:app']);
    const shown = JSON.parse(other.run(['show', '--json']).stdout);
    expect(shown.totals).toMatchObject({ local_hits: 2 });
    expect(shown.actions[0].from).toMatch(new RegExp(`^local cache, made by run ${made[2]} on `));
  });

  it('writes a page with the logs that reaches for nothing, and in which nothing of an action is anything but text', () => {
    const file = join(ws.root, 'run.html');
    expect(ws.run(['show', 'latest~1', '--html', file]).code).toBe(0);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('&lt;b&gt;said&lt;/b&gt;');
    expect(page).not.toMatch(/<b>|<script|src=|href=|url\(|@import|https?:/);
    ws.run(['show', '--html', file]);
    expect(readFileSync(file, 'utf8')).toContain('THE-REASON');
    expect(ws.run(['show', '--html', '/nowhere/run.html']).code).toBe(4);
  });
});

describe('recomp diff', () => {
  it('tells what differs, why, and what followed from it', () => {
    const text = out('diff', 'latest~2', 'latest~1');
    expect(text).toContain('lib.txt changed from ');
    expect(text).toContain('      -one\n      +two\n    so //:lib\n');
    expect(text).toContain('as what they read was made anew: //:app');
    expect(json('diff', 'latest~2', 'latest~1')).toMatchObject({
      why: [{ actions: ['//:lib%command'] }],
      following: ['//:app%command'],
      inputs: [{ path: 'lib.txt' }],
      targets: [{ name: '//:app' }, { name: '//:lib' }],
    });
  });

  it('finds no difference in where results came from', () => {
    expect(out('diff', ids[0] ?? '', ids[1] ?? '')).toContain('Nothing differs');
  });

  it('tells when something else was asked for', () => {
    expect(out('diff')).toContain('before: recomp build //:app\n  after:  recomp build //:bad');
  });
});

describe('a record that is not what it should be', () => {
  const damage = (id: string, name: string, content: string | undefined): void => {
    const file = join(runsFolder(ws), id, name);
    rmSync(file, { recursive: true, force: true });
    if (content !== undefined) writeFileSync(file, content);
  };
  const HOSTILE = [
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '{"steps":7,"inputs":{},"totals":[],"actions":"x"}',
    '{"steps":[null,1,{"name":"//:a"},{"name":"\\u001b[31m","status":"failed","actions":[{"id":"x","status":"failed","failure":7,"stdout_path":"logs/../../../../etc/passwd"}]}]}',
    '{"__proto__":{"steps":[1]},"constructor":1}',
    `${'['.repeat(20_000)}`,
  ];

  it.each(['run-manifest.json', 'stamp.json', 'run-state.json', 'events.jsonl'])(
    'is told, and not stumbled over: %s',
    (name) => {
      const id = 'a-damaged-run';
      for (const content of [undefined, ...HOSTILE]) {
        rmSync(join(runsFolder(ws), id), { recursive: true, force: true });
        mkdirSync(join(runsFolder(ws), id, 'logs'), { recursive: true });
        for (const file of readdirSync(join(runsFolder(ws), ids[0] ?? '')))
          if (file !== 'logs')
            damage(id, file, readFileSync(join(runsFolder(ws), ids[0] ?? '', file), 'utf8'));
        damage(id, name, content);
        const shown = ws.run(['show', id]);
        expect({ code: shown.code, stderr: shown.stderr }, content?.slice(0, 80)).toEqual({
          code: 0,
          stderr: '',
        });
        if (content === undefined && name !== 'events.jsonl')
          expect(shown.stdout).toContain(`there is no ${name}`);
        expect(shown.stdout).not.toContain('\u001b');
      }
      for (const args of [
        ['runs'],
        ['diff', id, ids[0] ?? ''],
        ['show', id, '--html', join(ws.root, 'x.html')],
      ])
        expect(ws.run(args).code, args.join(' ')).toBe(0);
      expect(readFileSync(join(ws.root, 'x.html'), 'utf8')).not.toContain('root:');
      rmSync(join(runsFolder(ws), id), { recursive: true });
    },
  );

  it('is not followed out of its place', () => {
    const outside = join(ws.root, 'outside');
    mkdirSync(join(outside, 'logs'), { recursive: true });
    symlinkSync(outside, join(runsFolder(ws), 'a-link'));
    expect(existsSync(join(runsFolder(ws), 'a-link'))).toBe(true);
    expect(out('runs')).not.toContain('a-link');
    expect(ws.run(['show', 'a-link']).code).toBe(2);
  });
});

describe('what is recorded', () => {
  it('names the command that was given, also when there was nothing to do', () => {
    const one = createWorkspace({
      'recomp.toml': '[workspace]\nname = "t"\n',
      'BUILD.toml':
        '[[target]]\nname = "tool"\nrule = "command"\nouts = ["tool"]\nshell = "printf \'#!/bin/sh\\nexit 0\\n\' > $OUT; chmod +x $OUT"\n',
    });
    const asked = (): string =>
      JSON.parse(readFileSync(join(runsFolder(one), 'latest/run-state.json'), 'utf8')).request;
    for (const times of ['first', 'second']) {
      expect(one.run(['run', '//:tool']).code, times).toBe(0);
      expect(asked(), times).toBe('recomp run //:tool');
    }
  });

  it('says what an edit changed that then failed', () => {
    const one = createWorkspace({
      'recomp.toml': '[workspace]\nname = "t"\n',
      'BUILD.toml':
        '[[target]]\nname = "a"\nrule = "command"\nsrcs = ["in.txt"]\nouts = ["out"]\nshell = "grep good in.txt > $OUT"\n',
      'in.txt': 'good\n',
    });
    expect(one.run(['build', '//:a']).code).toBe(0);
    one.write('in.txt', 'bad\n');
    expect(one.run(['build', '//:a']).code).toBe(1);
    const told = one.run(['diff']);
    expect(told.stdout).not.toContain('not known any more');
    expect(told.stdout).toMatch(/in\.txt[^\n]*\n(.*\n)*.*so \/\/:a/);
    // The last success is still what the next attempt is compared with.
    expect(one.run(['explain', '//:a']).stdout).toContain('in.txt');
  });
});
