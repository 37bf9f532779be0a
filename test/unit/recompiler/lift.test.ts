import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { intake } from '../../../rules/recompiler/intake/intake.ts';
import { type LiftOptions, lift } from '../../../rules/recompiler/lift/lift.ts';
import { parseNameMap } from '../../../rules/recompiler/lift/name-map.ts';

const nro = readFileSync(new URL('../../../samples/first-light/first-light.nro', import.meta.url));
const BASE = 0x8000000;

function liftBytes(content: Uint8Array, options: Partial<LiftOptions> = {}): ReadonlyMap<string, string> {
  const taken = intake('first-light', content);
  if (!taken.ok) throw new Error(taken.error);
  const module = taken.value.manifest.modules[0];
  if (module === undefined) throw new Error('no module');
  const contentOf = (s: { content: string }): Uint8Array =>
    taken.value.files.get(s.content) ?? new Uint8Array();
  const files = lift(module, contentOf, { shardBytes: 512, names: new Map(), ...options });
  return new Map([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')]));
}

const report = (files: ReadonlyMap<string, string>): Record<string, unknown> =>
  JSON.parse(files.get('lift-report.json') ?? '');

const differing = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] =>
  [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));

describe('the lift', () => {
  const lifted = liftBytes(nro);

  it('gives the same text each time', () => {
    expect(differing(lifted, liftBytes(nro))).toEqual([]);
  });

  it('finds the functions that only data points at, and the jump table', () => {
    expect(report(lifted)).toMatchObject({ functions: { found: 13 }, open_jumps: [] });
    expect(report(lifted)['jump_tables']).toHaveLength(1);
  });

  it('changes one shard for one new name', () => {
    const named = liftBytes(nro, { names: new Map([[BASE + 0x760, 'fill_rect']]) });
    const changed = differing(lifted, named).filter((path) => path !== 'lift-report.json');
    expect(changed).toHaveLength(1);
    expect(named.get(changed[0] ?? '')).toContain('/* fill_rect */');
  });

  it('changes one shard, the image and the bytecode for one changed instruction', () => {
    const copy = Buffer.from(nro);
    const at = 0x760;
    // Another function's first word becomes a no-operation.
    copy.writeUInt32LE(0xd503201f, at);
    const changed = differing(lifted, liftBytes(copy)).filter((path) => path.startsWith('shards/'));
    expect(changed).toEqual(['shards/code_08000600.c']);
  });

  it('traps at an instruction that it does not know, reports it, and goes on', () => {
    const copy = Buffer.from(nro);
    copy.writeUInt32LE(0x04000000, 0x760);
    const files = liftBytes(copy);
    const traps = report(files)['traps'];
    expect(traps).toContainEqual({
      address: '0x8000760',
      bytes: '04000000',
      instruction: 'unknown',
      reason: 'unknown',
    });
    expect([...files.keys()].filter((path) => path.startsWith('shards/')).length).toBe(
      [...lifted.keys()].filter((path) => path.startsWith('shards/')).length,
    );
  });
});

describe('a name map', () => {
  it('maps addresses to names', () => {
    const names = parseNameMap('[{"address": "0x80", "name": "start", "comment": "x"}]');
    expect(names.ok && [...names.value]).toEqual([[0x80, 'start']]);
  });

  it.each([
    ['{}', 'not an array'],
    ['[{"address": "nowhere", "name": "a"}]', 'entry 0'],
    ['[{"address": 1, "name": "a */ evil"}]', 'entry 0'],
    ['[{"address": 1, "name": "a"}, {"address": "0x1", "name": "b"}]', 'named twice'],
    ['[', 'not JSON'],
  ])('is refused: %s', (text, message) => {
    const names = parseNameMap(text);
    expect(names.ok ? '' : names.error).toContain(message);
  });
});
