import { describe, expect, it } from 'vitest';
import { baseSystem } from '../../../src/tools/base-system.ts';
import { stillHolds } from '../../../src/tools/observed.ts';
import { ToolCache } from '../../../src/tools/tool-cache.ts';

describe('baseSystem', () => {
  it('names what every action sees', () => {
    const { identity, observed } = baseSystem(new ToolCache());
    expect(Object.keys(identity).sort()).toEqual(['arch', 'coreutils', 'libc', 'os', 'sh']);
    expect(JSON.stringify(identity)).not.toContain('/');
    expect(observed.map((o) => o.path)).toContain('/bin/sh');
    expect(stillHolds(observed)).toBe(true);
  });

  it('is remembered', () => {
    const cache = new ToolCache();
    const first = baseSystem(cache);
    const again = new ToolCache(JSON.parse(JSON.stringify(cache.export())));
    expect(baseSystem(again)).toEqual(first);
    expect(again.changed).toBe(false);
  });

  it('is worked out again when something in it changed', () => {
    const cache = new ToolCache();
    const { identity, observed } = baseSystem(cache);
    const stale = observed.map((o) => ({ ...o, signature: 'other' }));
    const [key = ''] = Object.keys(cache.export());
    const old = new ToolCache({ [key]: { observed: stale, value: { arch: 'old' } } });
    expect(baseSystem(old).identity).toEqual(identity);
    expect(old.changed).toBe(true);
  });

  it('may be given a name instead', () => {
    expect(baseSystem(new ToolCache(), 'image-7')).toEqual({
      identity: { base_id: 'image-7' },
      observed: [],
    });
  });
});
