import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LiftWishes, liftProgram } from '../../helpers/lifted.ts';

const nro = readFileSync(new URL('../../../samples/first-light/first-light.nro', import.meta.url));
const BASE = 0x8000000;

function liftBytes(content: Uint8Array, wishes: LiftWishes = {}): ReadonlyMap<string, string> {
  const files = liftProgram('first-light', content, { shardBytes: 512, ...wishes });
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
    expect(named.get(changed[0] ?? '')).toContain('NAME(8000760, "fill_rect")\nu64 f_8000760(');
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
      function: '0x8000760',
      bytes: '04000000',
      instruction: 'unknown',
      reason: 'unknown',
    });
    expect([...files.keys()].filter((path) => path.startsWith('shards/')).length).toBe(
      [...lifted.keys()].filter((path) => path.startsWith('shards/')).length,
    );
  });
});
