import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

interface Block {
  readonly use: string;
  readonly name: string;
  readonly language: string;
  readonly body: string;
}

/** By the script that .ci/run uses too. */
function readBlocks(): readonly Block[] {
  const script = join(ROOT, 'scripts/readme-commands.mjs');
  const parsed: unknown = JSON.parse(
    execFileSync(process.execPath, [script, '--json'], { encoding: 'utf8' }),
  );
  return Array.isArray(parsed) ? parsed : [];
}

const blocks = readBlocks();

const block = (name: string): string => {
  const found = blocks.find((b) => b.name === name);
  if (found === undefined) throw new Error(`README.md has no block called ${name}`);
  return found.body;
};

/** A folder with `recomp` on PATH, as `npm install --global .` leaves it; .ci/run tries that command itself. */
let folder = '';
let at = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-readme-'));
  at = folder;
  mkdirSync(join(folder, 'bin'));
  symlinkSync(inject('recompBin'), join(folder, 'bin/recomp'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string) {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '--noprofile', '-eo', 'pipefail', '-c', script],
    {
      cwd: at,
      encoding: 'utf8',
      env: {
        PATH: `${folder}/bin:${process.env['PATH']}`,
        HOME: folder,
        RECOMP_CACHE_DIR: join(folder, 'cache'),
      },
    },
  );
  return { status, stdout, stderr };
}

describe('README.md', () => {
  it('has no command that nothing tries', () => {
    const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    const shell = blocks.filter((b) => b.language === 'sh');
    expect(shell.length).toBeGreaterThan(3);
    for (const { use, name } of shell) {
      expect(use).toBe('run');
      expect(ci).toContain(`readme ${name}`);
    }
  });

  it('sends nobody to the registry for a package that is not ours', () => {
    const words = /\b(?:npm (?:i|install|exec)|npx|pnpm dlx|yarn dlx)(?: -\S+)* (?:--\S+ )*recomp\b/g;
    const inside = blocks.filter((b) => b.name === 'main').flatMap((b) => [...b.body.matchAll(words)]);
    const everywhere = [...README.matchAll(words)];
    const prose = README.split('\n').filter((line) => line.startsWith('`npx recomp` means *this checkout'));
    expect(prose.length).toBe(1);
    expect(everywhere.length).toBe(inside.length + prose.length);
  });

  it('leads to files that are there', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((path) => !/^https?:/.test(path) && !existsSync(resolve(ROOT, path)))).toEqual([]);
  });

  it('takes a newcomer to a first workspace', () => {
    const [install, ...rest] = block('first-target').split('\n');
    expect(install).toBe('npm install --global .');
    const { status, stdout, stderr } = run(rest.join('\n'));
    expect(stderr).toContain('2 actions: 2 executed');
    expect(stdout).toContain('Hello, moon!');
    expect(stdout).toContain('1 test: 1 passed');
    expect(status).toBe(0);
    at = join(folder, 'recomp-demo');
  });

  it('takes them on to a target of their own', () => {
    const target = blocks.find((b) => b.use === 'file');
    expect(target?.name).toBe('hello/BUILD.toml');
    appendFileSync(join(at, 'hello/BUILD.toml'), `\n${target?.body}`);
    const { status, stdout } = run(block('own-target'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^MOON\nWORLD\n/);
    expect(stdout).toContain('hello/names.txt');
  });
});

describe('samples/README.md', () => {
  const script = join(ROOT, 'scripts/readme-commands.mjs');
  const text = execFileSync(process.execPath, [script, '--json', 'samples/README.md'], { encoding: 'utf8' });
  const commands: readonly Block[] = JSON.parse(text);

  it('has a command for every sample, and each is tried', () => {
    const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    const samples = readdirSync(join(ROOT, 'samples'), { withFileTypes: true });
    const names = samples.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(commands.map(({ name }) => name).sort()).toEqual([...names, 'start'].sort());
    for (const { name } of commands) expect(ci).toMatch(new RegExp(`^step 'sample ${name}' `, 'm'));
  });
});

describe('docs/rules.md', () => {
  it('shows a rule that works', () => {
    const rules = readFileSync(join(ROOT, 'docs/rules.md'), 'utf8');
    const code = /```js\n([\s\S]*?)```/.exec(rules)?.[1] ?? '';
    const ws = createWorkspace({
      'recomp.toml': '[rules]\nuse = ["./tools/my-rules.mjs"]\n',
      'tools/my-rules.mjs': code,
      'tools/shout-tool.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
const [from, marks, to] = process.argv.slice(2);
writeFileSync(to, readFileSync(from, 'utf8').trim().toUpperCase() + '!'.repeat(Number(marks)));`,
      'words/BUILD.toml': '[[target]]\nname = "loud"\nrule = "shout"\nsrcs = ["a.txt"]\nmarks = 3\n',
      'words/a.txt': 'hello\n',
    });
    const { code: exitCode, stderr } = ws.run(['build', '//words:loud']);
    expect(stderr).toContain('1 action: 1 executed');
    expect(exitCode).toBe(0);
    expect(ws.read('recomp-out/words/loud.txt')).toBe('HELLO!!!');
  });
});

describe.each([
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/rules.md',
  'docs/workspace.md',
  'docs/caching.md',
  'docs/sandbox.md',
  'docs/runs.md',
  'docs/automation.md',
  'docs/records.md',
  'docs/services.md',
  'docs/roadmap.md',
  'docs/validation.md',
  'docs/recompilation.md',
  'docs/retail-pilot-prerequisites.md',
  'docs/acceptance.md',
  'samples/README.md',
])('%s', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');

  it('names files of this repository that are there', () => {
    const named = [...text.matchAll(/`((?:src|rules|scripts|test|docs|samples|schemas)\/[\w./-]+)`/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, name = '']) => name);
    expect(links.filter((name) => !existsSync(resolve(ROOT, dirname(path), name)))).toEqual([]);
  });
});
