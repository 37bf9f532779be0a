import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from '../../../src/base/order.ts';
import { sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { bodyText, joined } from '../../../src/report/manifest-text.ts';
import { StoredBody } from '../../../src/report/stored-body.ts';

const totals = {
  total: 1,
  executed: 1,
  failed: 0,
  local_hits: 0,
  remote_hits: 0,
  up_to_date: 0,
  skipped: 0,
};
const later = { ...totals, executed: 0, up_to_date: 12_345 };

type Texts = ReadonlyMap<string, string>;
const line = (member: string, name: string, value: string): string =>
  JSON.stringify({ [member]: name, value, list: ['],', '"totals":{}'] });
const lines = (member: string, texts: Texts): string[] =>
  [...texts].map(([name, v]) => line(member, name, v));
const patch = (member: string, texts: Texts): Map<string, string> =>
  new Map([...texts].map(([name, v]) => [name, line(member, name, v)]));

function body(inputs: Texts, steps: Texts, artifacts: Texts, sums = totals): string {
  const list = lines('path', inputs);
  return bodyText(
    { toolVersions: '{}', inputs: list, steps: lines('name', steps), artifacts: lines('path', artifacts) },
    sha256(joined(list)),
    sums,
  );
}

const names = fc
  .uniqueArray(
    fc.oneof(fc.string(), fc.constantFrom('a"b', 'a",', 'a\\', 'ü/\n', 'a', 'a/b', '𝒜', '\uffee')),
    {
      maxLength: 70,
    },
  )
  .map((all) => all.sort(compareCodePoints));
const section = names.chain((all) =>
  fc.record({
    before: fc.constant(new Map(all.map((name) => [name, 'old']))),
    after: fc.subarray(all).map((some) => new Map(some.map((name) => [name, 'the new one, longer']))),
  }),
);

const inPlace = ({ before, after }: { before: Texts; after: Texts }): Texts => new Map([...before, ...after]);

describe('a stored body', () => {
  it('tells which lines of lists about the same things differ', () => {
    fc.assert(
      fc.property(section, section, section, (inputs, steps, artifacts) => {
        const stored = StoredBody.open(Buffer.from(body(inputs.before, steps.before, artifacts.before)));
        const now = {
          inputs: lines('path', inPlace(inputs)),
          steps: lines('name', inPlace(steps)),
          artifacts: lines('path', inPlace(artifacts)),
        };
        const found = { inputs: inputs.after, steps: steps.after, artifacts: artifacts.after };
        expect(stored?.differing(now, 70)).toEqual({
          inputs: patch('path', found.inputs),
          steps: patch('name', found.steps),
          artifacts: patch('path', found.artifacts),
        });
        const most = Math.max(...Object.values(found).map(({ size }) => size));
        if (most > 0) expect(stored?.differing(now, most - 1)).toBeUndefined();
        expect(stored?.differing({ ...now, steps: [...now.steps, '{"name":"zz"}'] }, 70)).toBeUndefined();
      }),
    );
  });

  it('tells nothing of lists about others', () => {
    const stored = StoredBody.open(Buffer.from(body(new Map(), new Map([['a', 'old']]), new Map())));
    const steps = lines('name', new Map([['b', 'old']]));
    expect(stored?.differing({ inputs: [], steps, artifacts: [] }, 9)).toBeUndefined();
  });

  it('with some lines replaced is what would have been written anew', () => {
    fc.assert(
      fc.property(section, section, section, (inputs, steps, artifacts) => {
        const stored = StoredBody.open(Buffer.from(body(inputs.before, steps.before, artifacts.before)));
        const patched = stored?.patched({
          inputs: patch('path', inputs.after),
          steps: patch('name', steps.after),
          artifacts: patch('path', artifacts.after),
          totals: JSON.stringify(later),
        });
        const merged = [inputs, steps, artifacts].map((s) => new Map([...s.before, ...s.after]));
        const [a = new Map(), b = new Map(), c = new Map()] = merged;
        expect(patched?.toString('utf8')).toBe(body(a, b, c, later));
      }),
    );
  });

  it('does not take a path for an input that is an artifact, nor the other way round', () => {
    const stored = StoredBody.open(
      Buffer.from(body(new Map(), new Map([['//a', '']]), new Map([['x', 'old']]))),
    );
    const none = new Map<string, string>();
    const input = {
      steps: none,
      artifacts: none,
      inputs: patch('path', new Map([['x', 'new']])),
      totals: '{}',
    };
    expect(stored?.patched(input)).toBeUndefined();
    const artifact = {
      inputs: none,
      steps: none,
      artifacts: patch('path', new Map([['y', 'new']])),
      totals: '{}',
    };
    expect(stored?.patched(artifact)).toBeUndefined();
  });

  it('is not taken over from a run that validated something, nor from another version', () => {
    const text = body(new Map(), new Map(), new Map());
    expect(StoredBody.open(Buffer.from(text))).toBeDefined();
    expect(
      StoredBody.open(Buffer.from(text.replace('"totals"', '"validation_report":{},\n"totals"'))),
    ).toBeUndefined();
    expect(StoredBody.open(Buffer.from('{}\n'))).toBeUndefined();
  });
});
