import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupTree } from '../../../../src/report/graph/group-tree.ts';

/** From labels, in order: what each group is called, with what is in it. */
function tree(labels: readonly string[]) {
  const { groups, groupOf } = groupTree(
    labels.map((label) => label.slice(label.indexOf(':') + 1)),
    labels.map((label) => label.slice(2, label.indexOf(':'))),
  );
  const show = (group: number): object => ({
    [groups[group]?.name ?? '']: [
      ...labels.filter((_, i) => groupOf[i] === group),
      ...groups.flatMap(({ parent }, i) => (i !== 0 && parent === group ? [show(i)] : [])),
    ],
  });
  return { groups, groupOf, shown: show(0) };
}

describe('groupTree', () => {
  it('has a group for each folder that parts something', () => {
    const labels = ['//:top', '//a/b/c:x', '//a/b/c:y', '//a/b/d:one', '//lib:l', '//lib:m'];
    expect(tree(labels).shown).toEqual({
      '//…': [
        '//:top',
        { '//a/b': ['//a/b/d:one', { '//a/b/c': ['//a/b/c:x', '//a/b/c:y'] }] },
        { '//lib': ['//lib:l', '//lib:m'] },
      ],
    });
  });

  it('takes what chains of folders lead to as one', () => {
    const { groups } = tree(['//a/b/c:x', '//a/b/c:y', '//z:z']);
    expect(groups.map((group) => group.name)).toEqual(['//…', '//a/b/c']);
  });

  it('parts a crowd by what its names begin with', () => {
    const labels = ['lift', 'make'].flatMap((stem) =>
      Array.from({ length: 30 }, (_, i) => `//p/${stem}${String(i).padStart(2, '0')}:t`),
    );
    expect(tree(labels).groups.map(({ name, size }) => [name, size])).toEqual([
      ['//…', 60],
      ['//p', 60],
      ['//p/lift…', 30],
      ['//p/make…', 30],
    ]);
  });

  it('parts a crowd of like names by their order', () => {
    const labels = Array.from({ length: 100 }, (_, i) => `//p:t${String(i).padStart(3, '0')}`);
    const { groups } = tree(labels);
    expect(groups.slice(2).map(({ name, size }) => [name, size])[0]).toEqual(['t000 – t009', 10]);
    expect(groups).toHaveLength(12);
  });

  it('puts every target into one group, and never more than forty things into one', () => {
    const label = fc
      .tuple(
        fc.array(fc.constantFrom('a', 'b', 'long-name', 'x'), { maxLength: 3 }),
        fc.constantFrom('t', 'u', 'v'),
        fc.nat(999),
      )
      .map(([path, stem, n]) => `//${path.join('/')}:${stem}${n}`);
    fc.assert(
      fc.property(fc.uniqueArray(label, { minLength: 1, maxLength: 400 }), (unsorted) => {
        const labels = unsorted.sort();
        const { groups, groupOf } = tree(labels);
        groups.forEach(({ parent, size }, i) => {
          const inside = (at: number): boolean => at === i || (at !== 0 && inside(groups[at]?.parent ?? 0));
          expect(groupOf.filter(inside)).toHaveLength(size);
          if (i !== 0) expect(parent).toBeLessThan(i);
          const groupsIn = groups.filter((g, j) => j !== 0 && g.parent === i).length;
          expect(groupsIn + groupOf.filter((g) => g === i).length).toBeLessThanOrEqual(40);
        });
      }),
      { numRuns: 60 },
    );
  });
});
