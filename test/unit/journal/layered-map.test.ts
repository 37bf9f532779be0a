import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoldedMembers } from '../../../src/journal/folded-members.ts';
import { LayeredMap } from '../../../src/journal/layered-map.ts';

interface Fact {
  readonly text: string;
  readonly inner: Readonly<Record<string, string>>;
}

const name = fc.constantFrom(
  '//a:a%x',
  '//a:b%x',
  'base 1',
  '/ws/p "q"\\',
  'ü,{"',
  '',
  '//a:c%x',
  '__proto__',
);
const fact: fc.Arbitrary<Fact> = fc.record({
  text: fc.oneof(name, fc.string({ unit: 'binary' })),
  // Also such as are called what is asked for.
  inner: fc.dictionary(name, fc.oneof(name, fc.string())),
});
const batch = fc.array(fc.tuple(name, fc.option(fact, { nil: undefined })), { maxLength: 12 });

const isFact = (value: unknown): value is Fact =>
  typeof value === 'object' && value !== null && 'text' in value && 'inner' in value;
const parse = (value: unknown): Fact | undefined => (isFact(value) ? value : undefined);

const bodyOf = (facts: ReadonlyMap<string, Fact | undefined>): Buffer =>
  Buffer.from(
    `{${[...facts].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value ?? null)}`).join(',')}}`,
  );

describe('facts in layers', () => {
  it('are those of the newest, whether it stays folded or not, however often one asks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ facts: batch, folded: fc.boolean() }), { maxLength: 6 }),
        fc.array(name, { maxLength: 30 }),
        (layers, asked) => {
          const map = new LayeredMap<Fact>();
          const model = new Map<string, Fact>();
          for (const { facts, folded } of layers) {
            const latest = new Map(facts);
            if (folded) map.addFolded(bodyOf(latest), parse);
            else map.add(latest);
            for (const [key, value] of latest)
              if (value === undefined) model.delete(key);
              else model.set(key, value);
          }
          for (const key of asked) {
            expect(map.get(key)).toEqual(model.get(key));
            expect(map.has(key)).toBe(model.has(key));
          }
          expect(new Map(map)).toEqual(model);
          expect(map.size).toBeGreaterThanOrEqual(model.size);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a folded object', () => {
  it('is searched a few times, then gone through once', () => {
    const members = new FoldedMembers(Buffer.from('{"a":{"b":1},"c":[1,2,{"a":3}]}'));
    for (let i = 0; i < 20; i++) {
      expect(members.find('a')).toEqual({ value: { b: 1 } });
      expect(members.find('c')).toEqual({ value: [1, 2, { a: 3 }] });
    }
    expect(members.find('d')).toBeUndefined();
    expect([...members.names()]).toEqual(['a', 'c']);
    expect(new FoldedMembers(Buffer.from('{}')).find('a')).toBeUndefined();
  });
});
