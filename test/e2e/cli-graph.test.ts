import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CHROMIUM, usePage } from '../support/browser.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const command = (name: string, deps: readonly string[], shell = 'echo > $OUT'): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\ndeps = ${JSON.stringify(deps)}\nouts = ["${name}"]\nshell = "${shell}"\n`;

const many = (name: string, count: number): string =>
  Array.from({ length: count }, (_, i) =>
    command(`${name}${String(i).padStart(2, '0')}`, ['//lib:base']),
  ).join('');

function workspace(): TestWorkspace {
  return createWorkspace({
    'recomp.toml': '',
    'lib/BUILD.toml': command('base', []),
    'app/BUILD.toml': `${command('app', ['//lib:base', ':bad'])}${command('bad', [], 'exit 1')}${command('good', ['//lib:base'])}[[target]]\nname = "check"\nrule = "test"\ndeps = [":good"]\nshell = "true"\n`,
  });
}

const drawn = z.object({
  run_id: z.string().nullable(),
  lanes: z.array(z.string()),
  targets: z.array(
    z.object({
      label: z.string(),
      lane: z.string(),
      outcome: z.string(),
      duration_ms: z.number().optional(),
      deps: z.array(z.string()),
    }),
  ),
  critical_path: z.array(z.string()),
});

const ask = (ws: TestWorkspace, ...words: string[]) => {
  const { code, stdout, stderr } = ws.run(['graph', ...words, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return drawn.parse(JSON.parse(stdout));
};

describe('recomp graph', () => {
  it('tells of each target what became of it in the last run, and marks what took longest', () => {
    const ws = workspace();
    expect(ask(ws, '//app').targets.map(({ label, outcome }) => [label, outcome])).toEqual([
      ['//app:app', 'none'],
      ['//app:bad', 'none'],
      ['//lib:base', 'none'],
    ]);
    ws.run(['build', '//...', '--keep-going']);
    const first = ask(ws, '//...');
    expect(first.lanes).toEqual(['targets', 'tests']);
    expect(first.targets.map(({ label, lane, outcome }) => [label, lane, outcome])).toEqual([
      ['//app:app', 'targets', 'skipped'],
      ['//app:bad', 'targets', 'failed'],
      ['//app:check', 'tests', 'none'],
      ['//app:good', 'targets', 'ran'],
      ['//lib:base', 'targets', 'ran'],
    ]);
    expect(first.critical_path[0]).toMatch(/^\/\/(lib:base|app:bad)$/);
    ws.run(['build', '//app:good']);
    const again = ask(ws, '//...', '-//app:app', '-//app:bad');
    expect(again.targets.map(({ outcome }) => outcome)).toEqual(['none', 'current', 'current']);
    expect(again.critical_path).toEqual(['//lib:base', '//app:good']);
    const old = ask(ws, '//app:bad', `--run=${first.run_id}`);
    expect(old.targets).toMatchObject([{ outcome: 'failed' }]);
    expect(ask(ws, '--query', 'kind(test, //...)').targets.map(({ label }) => label)).toEqual([
      '//app:check',
    ]);
  });

  it('draws in every format, the same each time, and writes where it is told', () => {
    const ws = workspace();
    ws.run(['build', '//...', '--keep-going']);
    for (const [format, sign] of [
      ['svg', /^<svg .*\n[\s\S]*<\/svg>\n$/],
      ['mermaid', /^flowchart LR\n {2}subgraph lane0\["targets"\]/],
      ['dot', /^digraph recomp \{[\s\S]*subgraph "cluster_0"[\s\S]*\n\}\n$/],
    ] as const) {
      const { code, stdout, stderr } = ws.run(['graph', '//...', '--format', format]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(sign);
      expect(ws.run(['graph', '//...', '-f', format]).stdout).toBe(stdout);
    }
    expect(ws.run(['graph', '//...']).stderr).toBe('recomp: 5 targets: .recomp/graph.html\n');
    expect(ws.run(['graph', '//app', '-o', 'out/app.svg']).code).toBe(0);
    expect(ws.read('out/app.svg')).toContain('<svg');
    expect(ws.run(['graph', '//app', '-o', '-']).stdout).toMatch(/^<!doctype html>/);
  });

  it('says what is wrong', () => {
    const ws = workspace();
    const said = (...words: string[]) => {
      const { code, stderr } = ws.run(['graph', ...words]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(said()).toContain('draw what?');
    expect(said('//ap')).toContain('did you mean //app?');
    expect(said('//app', '--format', 'svgg')).toContain('did you mean svg?');
    expect(said('//app', '--run', '../../x')).toContain('there is no run ../../x');
    expect(said('//app', '--query', '//lib')).toContain('not both');
    expect(said('//app', '--boxes=0')).toContain('--boxes takes');
    expect(existsSync(join(ws.root, '.recomp/graph.html'))).toBe(false);
  });
});

const seen = z.object({
  errors: z.array(z.string()),
  requests: z.array(z.string()),
  background: z.string(),
  shut: z.array(z.string()),
  opened: z.number(),
  selected: z.string(),
  walked: z.array(z.string()),
  closed: z.array(z.string()),
  found: z.string(),
  panel: z.string(),
});

/** Opens a group by a click, walks by the keys, closes it again, and searches. */
const READER = `
const press = (key, at = document.activeElement) =>
  at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
const title = (box) => box?.querySelector('title').textContent.split(',')[0] ?? '';
const groups = () => [...document.querySelectorAll('.box.group')].map(title).sort();
const shut = groups();
const click = { bubbles: true, clientX: 5, clientY: 5 };
[...document.querySelectorAll('.box.group')].find((box) => title(box).startsWith('//app')).dispatchEvent(new MouseEvent('click', click));
const opened = document.querySelectorAll('.box.target').length;
const selected = title(document.querySelector('.box.selected'));
const walked = [];
for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowUp']) {
  press(key);
  walked.push(title(document.activeElement));
}
press('c');
const closed = groups();
const search = document.querySelector('input');
press('/');
search.value = 'part07';
search.dispatchEvent(new Event('input'));
press('Enter', search);
tell({
  errors, shut, opened, selected, walked, closed,
  requests: performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !name.startsWith('data:')),
  background: getComputedStyle(document.body).backgroundColor,
  found: title(document.querySelector('.box.selected')),
  panel: document.querySelector('aside').innerText,
});
`;

describe.skipIf(CHROMIUM === undefined)('the page of recomp graph in a browser', () => {
  it.each([false, true])('opens groups, walks by keys, finds, and asks for nothing (dark: %s)', (dark) => {
    const ws = createWorkspace({
      'recomp.toml': '',
      'lib/BUILD.toml': command('base', []),
      'app/BUILD.toml': many('part', 38),
      'tool/BUILD.toml': many('tool', 38),
      'more/BUILD.toml': many('more', 38),
    });
    expect(ws.run(['graph', '//...', '-o', 'g.html']).code).toBe(0);
    const found = seen.parse(usePage(ws.read('g.html'), READER, dark));
    expect(found.errors).toEqual([]);
    expect(found.requests).toEqual([]);
    expect(found.background).toBe(dark ? 'rgb(20, 23, 27)' : 'rgb(251, 250, 248)');
    expect(found.shut).toEqual(['//app: 38 targets', '//more: 38 targets', '//tool: 38 targets']);
    expect(found.opened).toBe(39);
    expect(found.selected).toMatch(/^\/\/app:part\d\d$/);
    expect(found.walked[0]).toBe('//lib:base');
    expect(found.walked[1]).not.toBe('//lib:base');
    expect(found.walked[3]).toBe(found.walked[1]);
    expect(found.closed).toEqual(found.shut);
    expect(found.found).toBe('//app:part07');
    expect(found.panel).toMatch(/\/\/app:part07[\s\S]*Depends on\s*1[\s\S]*\/\/lib:base/);
  });
});
