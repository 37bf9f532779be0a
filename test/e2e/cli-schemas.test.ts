import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schemaTexts } from '../../scripts/schema-texts.ts';
import { runEvent } from '../../src/model/schema/run-event.ts';
import { wholeRunManifest } from '../../src/model/schema/run-manifest.ts';
import { runStamp } from '../../src/model/schema/run-stamp.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('schemas/', () => {
  it('is what the source says', async () => {
    const texts = await schemaTexts();
    expect([...texts.keys()].sort()).toEqual([
      'analysis.schema.json',
      'artifact-index.schema.json',
      'automation.schema.json',
      'build.schema.json',
      'capture-video.schema.json',
      'input-script.schema.json',
      'model-request.schema.json',
      'name-map.schema.json',
      'policy-record.schema.json',
      'provenance-manifest.schema.json',
      'provenance.schema.json',
      'recomp.schema.json',
      'reference-video.schema.json',
      'run-event.schema.json',
      'run-manifest.schema.json',
      'run-stamp.schema.json',
      'run-state.schema.json',
      'run-status.schema.json',
      'run-submission.schema.json',
      'runtime-trace.schema.json',
      'title.schema.json',
      'validation-config.schema.json',
      'validation-report.schema.json',
    ]);
    for (const [name, text] of texts)
      expect(
        readFileSync(join(ROOT, 'schemas', name), 'utf8'),
        `run node scripts/schemas.mjs (${name})`,
      ).toBe(text);
  });

  it('can be checked without being written', () => {
    expect(
      execFileSync(process.execPath, [join(ROOT, 'scripts/schemas.mjs'), '--check'], { encoding: 'utf8' }),
    ).toBe('');
  });
});

const FILES = {
  'recomp.toml': '',
  'in.txt': 'x\n',
  'BUILD.toml': `
[[target]]
name = "file"
rule = "command"
srcs = ["in.txt"]
outs = ["out.txt"]
shell = "cat $SRCS > $OUT; echo said; echo warned >&2; echo > $OUT.stray; true"

[[target]]
name = "folder"
rule = "command"
out_dirs = ["folder"]
shell = "mkdir -p $OUT/d; echo > $OUT/d/f"

[[target]]
name = "bad"
rule = "test"
shell = "exit 3"

[[target]]
name = "behind"
rule = "command"
deps = [":broken"]
outs = ["behind"]
shell = "true"

[[target]]
name = "broken"
rule = "command"
outs = ["broken"]
shell = "exit 1"
`,
};

/** The same question to the model and to the JSON Schema that is shipped: both must agree. */
function check(ws: TestWorkspace): void {
  const read = (name: string): string => ws.read(`.recomp/runs/latest/${name}`);
  const shipped = (name: string) =>
    z.fromJSONSchema(JSON.parse(readFileSync(join(ROOT, 'schemas', name), 'utf8')));
  const manifest: unknown = JSON.parse(read('run-manifest.json'));
  for (const schema of [wholeRunManifest, shipped('run-manifest.schema.json')])
    expect(schema.safeParse(manifest).error).toBeUndefined();
  const stamp: unknown = JSON.parse(read('stamp.json'));
  for (const schema of [runStamp, shipped('run-stamp.schema.json')])
    expect(schema.safeParse(stamp).error).toBeUndefined();
  const events = read('events.jsonl')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  for (const event of events) expect(runEvent.safeParse(event).error, JSON.stringify(event)).toBeUndefined();
  expect(wholeRunManifest.safeParse({ ...wholeRunManifest.parse(manifest), surprise: 1 }).success).toBe(
    false,
  );
}

describe('what a run writes', () => {
  it('keeps to its schemas when all went well, and again when nothing changed', () => {
    const ws = createWorkspace(FILES);
    for (const expected of ['2 executed', '2 up to date', '2 actions up to date']) {
      const { code, stderr } = ws.run(['build', ':file', ':folder']);
      expect(code).toBe(0);
      if (expected !== '2 up to date') expect(stderr).toContain(expected);
      check(ws);
    }
  });

  it('keeps to its schemas when something failed', () => {
    const ws = createWorkspace(FILES);
    expect(ws.run(['build', '//...', '-:bad', '--keep-going']).code).toBe(1);
    check(ws);
    const { steps, totals } = wholeRunManifest.parse(
      JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json')),
    );
    expect(steps.map((step) => [step.name, step.status])).toEqual([
      ['//:behind', 'skipped'],
      ['//:broken', 'failed'],
      ['//:file', 'succeeded'],
      ['//:folder', 'succeeded'],
    ]);
    expect(totals).toMatchObject({ total: 4, executed: 2, failed: 1, skipped: 1 });
    expect(ws.run(['test', '//...']).code).toBe(1);
    check(ws);
  });
});

/** What people write, as editors are told of it. */
const WRITTEN = [
  'recomp',
  'build',
  'automation',
  'provenance',
  'reference-video',
  'capture-video',
  'name-map',
];

type Schema = { readonly [key: string]: unknown };
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** The keys that say nothing to the person who writes them, wherever they may stand. */
function undescribed(schema: unknown, path = ''): string[] {
  if (!isSchema(schema)) return [];
  const keys = isSchema(schema['properties']) ? Object.entries(schema['properties']) : [];
  const below = ['items', 'additionalProperties', 'then', 'allOf', 'anyOf', 'oneOf'].flatMap((word) =>
    [schema[word]].flat().flatMap((inner) => undescribed(inner, `${path}.${word}`)),
  );
  const own = keys.flatMap(([key, member]) => [
    ...(isSchema(member) && typeof member['description'] === 'string' ? [] : [`${path}.${key}`]),
    ...undescribed(member, `${path}.${key}`),
  ]);
  return [...own, ...below];
}

it.each(WRITTEN)('%s.schema.json describes every key', (name) => {
  const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8'));
  expect(undescribed(schema)).toEqual([]);
});
