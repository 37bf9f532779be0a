import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = 'samples/first-light';
const TARGET = `//${SAMPLE}:validate`;
const REPORT = `recomp-out/${SAMPLE}/validate/validation-report.json`;

function sampleWorkspace(): TestWorkspace {
  const ws = createWorkspace();
  cpSync(join(REPOSITORY, SAMPLE), join(ws.root, SAMPLE), { recursive: true });
  cpSync(join(REPOSITORY, 'recomp.toml'), join(ws.root, 'recomp.toml'));
  return ws;
}

interface Manifest {
  readonly steps: readonly {
    readonly name: string;
    readonly cache_key: string;
    readonly actions: readonly { readonly id: string; readonly status: string; readonly source?: string }[];
  }[];
}

const manifestOf = (ws: TestWorkspace): Manifest =>
  JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));

/** `target%action` of what really ran, in label order. */
const executed = (ws: TestWorkspace): string[] =>
  manifestOf(ws).steps.flatMap((step) =>
    step.actions
      .filter((a) => a.status === 'failed' || a.source === 'executed')
      .map((a) => `${step.name.replace(/^.*:/, '')}%${a.id}`),
  );

function edit(ws: TestWorkspace, file: string, from: string | RegExp, to: string): void {
  const before = ws.read(`${SAMPLE}/${file}`);
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  ws.write(`${SAMPLE}/${file}`, after);
}

/** Digest and path of everything the build left. */
const outputsOf = (ws: TestWorkspace): string[] =>
  readdirSync(join(ws.root, 'recomp-out'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map(
      (file) =>
        `${file.slice(ws.root.length)} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`,
    )
    .sort();

describe('the first-light sample', () => {
  it('is recompiled, played and judged, and afterwards only what an edit concerns runs again', () => {
    const ws = sampleWorkspace();
    const build = () => ws.run(['build', TARGET]);

    const cold = build();
    expect(cold).toMatchObject({ code: 0 });
    const all = executed(ws);
    expect(all).toEqual(
      expect.arrayContaining([
        'intake%intake',
        'lift%lift[08000000.json]',
        'build%cclink',
        'capture%capture',
        'validate%verdict',
      ]),
    );
    expect(all.filter((id) => id.startsWith('build%shards[')).length).toBeGreaterThan(2);
    expect(JSON.parse(ws.read(REPORT))).toMatchObject({ failed: 0, video: { status: 'passed' } });

    expect(build()).toMatchObject({ code: 0 });
    expect(executed(ws)).toEqual([]);

    // A name is in the program, for its messages, and in one shard alone; what the program does stays the same.
    edit(ws, 'name_map.json', 'draw_bars', 'draw_the_bars');
    expect(build()).toMatchObject({ code: 0 });
    expect(executed(ws)).toEqual([
      ...['analysis%joinanalysis', 'analysis%names', 'build%cclink', 'build%shards[code_08000600.c]'],
      ...['capture%capture', 'lift%applynames'],
    ]);
    expect(ws.read('recomp-out/samples/first-light/lift/lift-report.json')).toContain('draw_the_bars');
    expect(ws.read('recomp-out/samples/first-light/analysis/found/analysis.json')).toContain('draw_the_bars');

    edit(ws, 'validation_config.toml', /notes = .*/, 'notes = "another note"');
    expect(build()).toMatchObject({ code: 0 });
    expect(executed(ws)).toEqual(['validate%validate']);

    edit(ws, 'provenance.toml', /device = .*/, 'device = "another"');
    expect(build()).toMatchObject({ code: 0 });
    expect(executed(ws)).toEqual(['intake%provenance']);

    edit(ws, 'input_script.toml', /note = .*/, 'note = "another note"');
    expect(build()).toMatchObject({ code: 0 });
    expect(executed(ws)).toEqual(['capture%capture']);
  });

  it('fails on another frame, names it, and leaves the report', () => {
    const ws = sampleWorkspace();
    const lines = ws.read(`${SAMPLE}/reference/frames.hashes`).split('\n');
    lines[57] = (lines[57] ?? '').replace(/:(.)/, (_, digit) => `:${digit === '0' ? '1' : '0'}`);
    ws.write(`${SAMPLE}/reference/frames.hashes`, lines.join('\n'));

    const failed = ws.run(['build', TARGET]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('the first that differs is frame 57');
    expect(failed.stderr).toContain(REPORT);
    expect(JSON.parse(ws.read(REPORT))).toMatchObject({
      failed: 1,
      video: {
        status: 'failed',
        frame_comparison: { matched: 119, first_difference: 57, differences: [57] },
      },
    });

    cpSync(join(REPOSITORY, SAMPLE, 'reference'), join(ws.root, SAMPLE, 'reference'), { recursive: true });
    expect(ws.run(['build', TARGET])).toMatchObject({ code: 0 });
    expect(executed(ws)).toEqual(['validate%validate', 'validate%verdict']);
  });

  it('makes the same bytes under the same keys anywhere', () => {
    const [first, second] = [sampleWorkspace(), sampleWorkspace()];
    for (const ws of [first, second]) expect(ws.run(['build', TARGET, '--force'])).toMatchObject({ code: 0 });
    const keys = (ws: TestWorkspace) => manifestOf(ws).steps.map((s) => [s.name, s.cache_key]);
    expect(keys(second)).toEqual(keys(first));
    expect(outputsOf(second)).toEqual(outputsOf(first));
  });

  it('refuses a program that is not what its provenance says', () => {
    const ws = sampleWorkspace();
    edit(ws, 'provenance.toml', /sha256 = "./, 'sha256 = "0');
    const refused = ws.run(['build', `//${SAMPLE}:intake`]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/first-light\.nro has sha256 [0-9a-f]{64}, not 0[0-9a-f]{63}/);
  });
});
