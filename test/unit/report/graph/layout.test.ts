import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawLayout } from '../../../../src/report/graph/draw.ts';
import { type Layout, layOut } from '../../../../src/report/graph/layout.ts';
import { makePicture } from '../../../../src/report/graph/make-picture.ts';
import type { Picture } from '../../../../src/report/graph/picture.ts';
import { mermaidText, svgText } from '../../../../src/report/graph/picture-text.ts';
import { openAtFirst, viewOf } from '../../../../src/report/graph/view.ts';
import { toyGraph } from '../../../support/declared-graph.ts';

const RULES = ['command', 'test', 'lift_x'];

const picture: fc.Arbitrary<Picture> = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc
    .record({
      pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 2 }),
      packages: fc.integer({ min: 1, max: 6 }),
      durations: fc.array(fc.nat(900), { minLength: size, maxLength: size }),
    })
    .map(({ pairs, packages, durations }) => {
      const name = (n: number): string => `//p${n % packages}:t${n}`;
      const targets = Array.from({ length: size }, (_, n) => [
        name(n),
        {
          rule: RULES[n % 3] ?? '',
          deps: [...new Set(pairs.filter(([from]) => from === n).map(([, to]) => name(to)))],
        },
      ]);
      const graph = toyGraph(Object.fromEntries(targets));
      return makePicture({
        title: '//...',
        graph,
        shown: new Uint8Array(size).fill(1),
        last: undefined,
        durations: new Map(durations.map((ms, n) => [name(n), ms])),
      });
    }),
);

const layouts = (p: Picture): Layout[] =>
  [openAtFirst(p), new Set([0]), new Set(p.groups.keys())].map((open) => layOut(viewOf(p, open), p.lanes));

describe('layOut', () => {
  it('lets no box lie on another, or outside', () => {
    fc.assert(
      fc.property(picture, (p) => {
        for (const { boxes, width, height } of layouts(p)) {
          for (const [i, a] of boxes.entries()) {
            expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
            for (const b of boxes.slice(i + 1))
              expect(
                a.x + a.width <= b.x ||
                  b.x + b.width <= a.x ||
                  a.y + a.height <= b.y ||
                  b.y + b.height <= a.y,
                `${a.id} on ${b.id}`,
              ).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('keeps each box in its lane, and what is used left of its user unless it is marked as going back', () => {
    fc.assert(
      fc.property(picture, (p) => {
        for (const { boxes, links, lanes } of layouts(p)) {
          for (const box of boxes) {
            const lane = lanes.find(({ name }) => name === p.lanes[box.lane]);
            expect(lane && lane.x < box.x && lane.x + lane.width > box.x + box.width).toBe(true);
          }
          for (const { from, to, back } of links)
            expect((boxes[from]?.x ?? 0) < (boxes[to]?.x ?? 0)).toBe(!back);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('stands for every target and every dependency, and draws the same again', () => {
    fc.assert(
      fc.property(picture, (p) => {
        for (const open of [openAtFirst(p), new Set([0])]) {
          const view = viewOf(p, open);
          expect(view.boxes.reduce((sum, box) => sum + box.size, 0)).toBe(p.nodes.length);
          const hidden = p.edges.length - view.links.reduce((sum, link) => sum + link.count, 0);
          expect(hidden).toBeGreaterThanOrEqual(0);
          if (view.boxes.every((box) => box.kind === 'target')) expect(hidden).toBe(0);
          const draw = (): string => drawLayout(layOut(viewOf(p, open), p.lanes));
          expect(draw()).toBe(draw());
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('pictures as text', () => {
  const hostile = makePicture({
    title: '"</script><b>',
    graph: toyGraph({ '//a:x': { deps: ['//a:end'] }, '//a:end': {} }),
    shown: new Uint8Array(2).fill(1),
    last: undefined,
    durations: new Map([['//a:x', 1234]]),
  });

  it('let nothing through that means something to their readers', () => {
    expect(svgText(hostile, 10)).not.toContain('<b>');
    expect(svgText(hostile, 10)).toContain('1.2 s');
    expect(mermaidText(hostile, 10)).toContain('    t1["x<br/>//a"]:::critical');
  });
});

describe('the lanes of a picture', () => {
  it('stand in the order in which the work comes to them, also where most of it leads past the first', () => {
    const loop = (n: number): [string, { rule: string; deps: string[] }][] => [
      [`//t${n}:intake`, { rule: 'stage:intake', deps: [] }],
      [`//t${n}:lift`, { rule: 'stage:lift', deps: [`//t${n}:intake`] }],
      ...[0, 1, 2, 3].map((k): [string, { rule: string; deps: string[] }] => [
        `//t${n}:shard${k}`,
        { rule: 'stage:build', deps: [`//t${n}:lift`, '//lib:lib'] },
      ]),
      [`//t${n}:capture`, { rule: 'stage:capture', deps: [`//t${n}:shard0`, '//lib:lib'] }],
      [`//t${n}:compare`, { rule: 'stage:validate', deps: [`//t${n}:capture`, `//t${n}:intake`] }],
      [`//t${n}:check`, { rule: 'test', deps: [`//t${n}:shard1`] }],
      [`//t${n}:package`, { rule: 'command', deps: [`//t${n}:compare`] }],
    ];
    const graph = toyGraph(Object.fromEntries([...loop(0), ...loop(1), ['//lib:lib', { rule: 'command' }]]));
    const { lanes } = makePicture({
      title: '//...',
      graph,
      shown: new Uint8Array(graph.labels.length).fill(1),
      last: undefined,
      durations: new Map(),
    });
    expect(lanes).toEqual(['intake', 'lift', 'targets', 'build', 'capture', 'validate', 'tests']);
  });
});
