import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let user = '';

/** A project that has the packed package installed, and what it depends on. */
beforeAll(() => {
  user = mkdtempSync(join(tmpdir(), 'recomp-library-'));
  const staged = join(user, 'staged');
  cpSync(dirname(inject('recompBin')), join(staged, 'dist'), { recursive: true });
  for (const file of ['package.json', 'LICENSE', 'README.md']) cpSync(join(ROOT, file), join(staged, file));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', user], {
    cwd: staged,
    encoding: 'utf8',
  });
  const home = join(user, 'node_modules/@recomp-build/recomp');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(user, packed.trim()), '-C', home, '--strip-components=1']);
  symlinkSync(join(ROOT, 'node_modules/zod'), join(user, 'node_modules/zod'));
});

afterAll(() => rmSync(user, { recursive: true, force: true }));

/** What a program that uses the package prints, as JSON; it must end by itself. */
function program(workspace: TestWorkspace, body: string): unknown {
  const file = join(user, 'program.mjs');
  writeFileSync(
    file,
    `import * as recomp from '@recomp-build/recomp';\nimport fs from 'node:fs';\n${body}\n`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    cwd: workspace.root,
    env: workspace.environment(),
    encoding: 'utf8',
    timeout: 500_000,
  });
  expect(status, stderr).toBe(0);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const workspaceOf = (build: string): TestWorkspace =>
  createWorkspace({ 'recomp.toml': '[workspace]\nname = "library"\n', 'BUILD.toml': build, 'a.txt': 'a\n' });

const COPY =
  '[[target]]\nname = "copy"\nrule = "command"\nsrcs = ["a.txt"]\nouts = ["copy.txt"]\nshell = "cat $SRCS > $OUT"\n';

it('builds, and says how it ended', () => {
  const workspace = workspaceOf(
    `${COPY}[[target]]\nname = "bad"\nrule = "command"\nouts = ["bad.txt"]\nshell = "exit 3"\n`,
  );
  const told = program(
    workspace,
    `const good = await recomp.build({ patterns: ['//:copy'] });
     const again = await recomp.build({ patterns: [':copy'], cwd: process.cwd() });
     const bad = await recomp.build({ patterns: ['//...'] });
     console.log(JSON.stringify({
       version: recomp.version,
       good: [good.state, good.totals.executed, fs.existsSync(good.runFolder + '/run-manifest.json')],
       again: [again.state, again.totals.executed],
       bad: [bad.state, bad.actions.filter((a) => a.failure).map((a) => [a.id, a.failure.kind, a.failure.exitCode])],
     }));`,
  );
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(told).toEqual({
    version,
    good: ['succeeded', 1, true],
    again: ['succeeded', 0],
    bad: ['failed', [['//:bad%command', 'exit', 3]]],
  });
  expect(workspace.read('recomp-out/copy.txt')).toBe('a\n');
});

it('loads a workspace, with every mistake in it', () => {
  const body = `const { targets, requested, diagnostics } = await recomp.loadWorkspace();
    console.log(JSON.stringify({ targets, requested, codes: diagnostics.map((d) => [d.code, d.span?.line]) }));`;
  expect(program(workspaceOf(COPY), body)).toMatchObject({
    targets: [
      {
        label: '//:copy',
        rule: 'command',
        file: 'BUILD.toml',
        outputs: ['recomp-out/copy.txt'],
        test: false,
      },
    ],
    requested: ['//:copy'],
    codes: [],
  });
  expect(program(workspaceOf(COPY.replace('srcs', 'scrs')), body)).toMatchObject({
    targets: [],
    codes: [['unknown-key', 4]],
  });
});

it('tells mistakes of a workspace from failures, and a folder without one from both', () => {
  const told = program(
    workspaceOf('nonsense'),
    `const broken = await recomp.build({ patterns: ['//...'] });
     let none;
     try { await recomp.build({ patterns: ['//...'], cwd: '/' }); } catch (error) { none = error instanceof recomp.NoWorkspaceError; }
     console.log(JSON.stringify([broken.state, broken.exitCode, broken.diagnostics.map((d) => d.code), none]));`,
  );
  expect(told).toEqual(['broken', 2, ['toml-syntax'], true]);
});

it('watches until it is closed, and then lets the program end', () => {
  const workspace = workspaceOf(COPY);
  const told = program(
    workspace,
    `const rounds = [];
     let heard;
     const rest = () => new Promise((resolve) => { heard = resolve; });
     let rested = rest();
     const watching = await recomp.watch({
       patterns: ['//...'],
       onEvent: (event) => {
         if (event.kind === 'round-ended') rounds.push([event.state, event.totals.executed]);
         if (event.kind === 'resting') heard();
       },
     });
     await rested;
     rested = rest();
     fs.writeFileSync('a.txt', 'b\\n');
     await rested;
     rested = rest();
     watching.rebuild();
     await rested;
     await watching.close();
     console.log(JSON.stringify({ rounds, ended: await watching.ended }));`,
  );
  expect(told).toEqual({
    rounds: [
      ['succeeded', 1],
      ['succeeded', 1],
      ['succeeded', 0],
    ],
    ended: { good: true },
  });
  expect(workspace.read('recomp-out/copy.txt')).toBe('b\n');
});

it('says that it was asked, and not what changed the round before', () => {
  const workspace = workspaceOf(COPY);
  const told = program(
    workspace,
    `const causes = [];
     let heard;
     const rest = () => new Promise((resolve) => { heard = resolve; });
     let rested = rest();
     const watching = await recomp.watch({
       patterns: ['//...'],
       onEvent: (event) => {
         if (event.kind === 'round-started') causes.push([event.cause, event.changed]);
         if (event.kind === 'resting') heard();
       },
     });
     await rested;
     rested = rest();
     fs.appendFileSync('BUILD.toml', '# a remark\\n');
     await rested;
     rested = rest();
     watching.rebuild();
     await rested;
     await watching.close();
     console.log(JSON.stringify(causes));`,
  );
  expect(told).toEqual([
    ['first', []],
    ['changed', ['BUILD.toml']],
    ['asked', []],
  ]);
});
