import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import type { Label } from '../../../src/model/label.ts';
import type { ActionRecord } from '../../../src/model/record.ts';
import { parseCut } from '../../../src/report/cut-body.ts';
import { manifestBody } from '../../../src/report/manifest.ts';
import type { ManifestBody, ManifestSource } from '../../../src/report/manifest-lists.ts';
import { wholeManifest } from '../../../src/report/runs/whole-manifest.ts';
import { StoredBody } from '../../../src/report/stored-body.ts';

const SIZE = 1_000;
const label = (i: number): Label => `//p:t${String(i).padStart(4, '0')}` as Label;
const labels = Array.from({ length: SIZE }, (_, i) => label(i));
const content = (text: string) => ({ hash: sha256(text), size: text.length });

/** What is in each target's source. */
type Sources = readonly number[];

const record = (sources: Sources, i: number, more: Partial<ActionRecord>): ActionRecord => ({
  id: `${label(i)}%command`,
  target: i,
  mnemonic: 'Command',
  status: 'succeeded',
  source: 'executed',
  key: sha256(`${i} ${sources[i]}`),
  outputs: [
    { kind: 'file', path: `recomp-out/${i}`, digest: content(`out ${sources[i]}`), executable: false },
  ],
  attempts: 1,
  ...more,
});
const untouched = (sources: Sources, i: number): ActionRecord =>
  record(sources, i, { source: 'journal', attempts: 0 });

/** Of a build of these sources in which the given targets have `records`. */
function sourceOf(
  sources: Sources,
  records: readonly ActionRecord[],
  previous?: ManifestSource['previous'],
): ManifestSource {
  const seen = new Set(records.map((r) => r.target));
  const rest = labels.flatMap((_, i) => (seen.has(i) ? [] : [untouched(sources, i)]));
  return {
    labels,
    table: {
      size: SIZE,
      deps: () => [],
      node: (i) =>
        ({ id: `${label(i)}%command`, decl: { inputs: [{ kind: 'source', path: `src/${i}` }] } }) as never,
    },
    stages: new Set(),
    requested: labels,
    records,
    untouched: rest.length,
    untouchedRecords: () => rest,
    toolVersions: { cc: '1' },
    inputDigest: (path) => content(`in ${sources[Number(path.slice(4))]}`),
    ...(previous && { previous }),
  };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-cut-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Kept {
  readonly body: ManifestBody;
  readonly file: Uint8Array;
}

/** As the next build of the same request finds it. */
function previousOf({ body, file }: Kept, changed: readonly string[]): ManifestSource['previous'] {
  const cut = parseCut(String(body.asIfUnchanged));
  const lines = StoredBody.open(Buffer.from(file));
  return cut && lines ? { body: lines, cut, changed } : undefined;
}

function keep(body: ManifestBody, before?: Uint8Array): Kept {
  const file = body.unchanged?.bytes ?? before;
  if (!file) throw new Error('nothing is left to another file');
  expect(sha256(file)).toBe(body.unchanged?.identity);
  return { body, file };
}

function expanded(text: string | Uint8Array, file: Uint8Array | undefined): unknown {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run-manifest.json'), `{${Buffer.from(text).toString('utf8')}`);
  rmSync(join(folder, 'unchanged.json'), { force: true });
  if (file) writeFileSync(join(folder, 'unchanged.json'), file);
  return wholeManifest(folder, 1 << 30);
}

const cold = (sources: Sources): Kept =>
  keep(
    manifestBody(
      sourceOf(
        sources,
        labels.map((_, i) => record(sources, i, {})),
      ),
    ),
  );
const asWhole = (sources: Sources, records: readonly ActionRecord[]): unknown =>
  expanded(manifestBody(sourceOf(sources, records)).now, undefined);

/** Edits these sources, and builds. */
function edit(kept: Kept, sources: number[], edited: readonly number[]): { kept: Kept; whole: unknown } {
  for (const i of edited) sources[i] = (sources[i] ?? 0) + 1;
  const records = edited.map((i) => record(sources, i, {}));
  const previous = previousOf(
    kept,
    edited.map((i) => `src/${i}`),
  );
  expect(previous).toBeDefined();
  const body = manifestBody(sourceOf(sources, records, previous));
  return { kept: keep(body, kept.file), whole: asWhole(sources, records) };
}

const fresh = (): number[] => labels.map(() => 0);

describe('the record of a large set in which little changed', () => {
  it('is whole the first time, and leaves all to another file the next', () => {
    const { body, file } = cold(fresh());
    expect(body.unchanged?.now).toBe(false);
    expect(parseCut(String(body.now))).toBeUndefined();
    expect(String(body.asIfUnchanged).length).toBeLessThan(1_000);
    expect(expanded(body.asIfUnchanged, file)).toEqual(asWhole(fresh(), []));
  });

  it('says what one that spells everything out would say, edit after edit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.integer({ min: 0, max: SIZE - 1 }), { maxLength: 5 }), { maxLength: 4 }),
        (edits) => {
          const sources = fresh();
          let kept = cold(sources);
          for (const edited of edits) {
            const next = edit(kept, sources, edited);
            kept = next.kept;
            expect(expanded(kept.body.now, kept.file)).toEqual(next.whole);
            expect(expanded(kept.body.asIfUnchanged, kept.file)).toEqual(asWhole(sources, []));
            expect(Buffer.byteLength(String(kept.body.now))).toBeLessThan(40_000);
          }
        },
      ),
      { numRuns: 5 },
    );
  });

  it('is written down anew once much has changed since', () => {
    const sources = fresh();
    const before = cold(sources);
    const edited = Array.from({ length: 300 }, (_, i) => i * 3);
    const { kept, whole } = edit(before, sources, edited);
    expect(kept.body.unchanged?.bytes).toBeDefined();
    expect(expanded(kept.body.now, kept.file)).toEqual(whole);
    expect(expanded(kept.body.asIfUnchanged, kept.file)).toEqual(asWhole(sources, []));
    const after = edit(kept, sources, [7]);
    expect(after.kept.body.unchanged?.bytes).toBeUndefined();
    expect(expanded(after.kept.body.now, kept.file)).toEqual(after.whole);
  });

  it('spells out what was put back, and needs no new file for it', () => {
    const sources = fresh();
    const before = cold(sources);
    const restored = labels.map((_, i) => record(sources, i, { source: 'local', attempts: 0, same: true }));
    const body = manifestBody(sourceOf(sources, restored, previousOf(before, [])));
    expect(body.unchanged?.bytes).toBeUndefined();
    expect(expanded(body.now, before.file)).toEqual(asWhole(sources, restored));
    expect(String(body.asIfUnchanged)).toBe(String(before.body.asIfUnchanged));
  });

  it('is not read where the other file is not the one that was meant', () => {
    const { body, file } = cold(fresh());
    expect(expanded(body.asIfUnchanged, undefined)).toBeUndefined();
    expect(expanded(body.asIfUnchanged, Buffer.from(`${Buffer.from(file)} `))).toBeUndefined();
  });
});

describe('a cut body', () => {
  it('is none where everything is spelled out, and where it is damaged', () => {
    expect(parseCut('"inputs":[],\n"totals":{}}\n')).toBeUndefined();
    expect(
      parseCut('"inputs":[\n{"unchanged":"x","identity":"y"}],"steps":[],"artifacts":[]}'),
    ).toBeUndefined();
  });
});
