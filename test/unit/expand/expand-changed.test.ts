import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../../rules/index.ts';
import type { ExpandedBefore } from '../../../src/expand/expand-changed.ts';
import { expandChanged } from '../../../src/expand/expand-changed.ts';
import type { Expander, ToolsThere } from '../../../src/expand/expander.ts';
import { inProcessExpander } from '../../../src/expand/in-process-expander.ts';
import { sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { type Label, makeLabel } from '../../../src/model/label.ts';
import type { ConfiguredTarget, ResolvedTarget } from '../../../src/model/target.ts';

const rules = inProcessExpander({ rules: builtInRules, root: '/nowhere' });
const label = (i: number): Label => makeLabel('p', `t${i}`);
const TOOLS: ToolsThere = { everywhere: ['node'], inPackage: {} };

interface Node {
  /** Of targets before it. */
  readonly deps: readonly number[];
  /** Shown to those that depend on it. */
  readonly out: string;
  /** Known to itself alone. */
  readonly word: string;
}

const targetOf = ({ deps, out, word }: Node, i: number): ResolvedTarget => ({
  label: label(i),
  rule: 'command',
  file: 'p/BUILD.toml',
  at: ['target', i],
  attributes: { outs: [`${i}/${out}`], shell: `echo ${word} > $OUT`, deps: deps.map(label) },
  sources: {},
  labels: { deps: deps.map(label) },
  visibility: [],
  tags: [],
});

/** Expands, and tells what had to be. */
async function expand(targets: readonly ResolvedTarget[], before?: ExpandedBefore, tools = TOOLS) {
  const asked: Label[] = [];
  const expander: Expander = {
    ...rules,
    expand: (some, already, there) => {
      asked.push(...some.map((t) => t.label));
      return rules.expand(some, already, there);
    },
  };
  const made = await expandChanged({ expander, targets, tools, identity: {}, digestOf: sha256, before });
  return { ...made, asked };
}

function beforeOf(made: Awaited<ReturnType<typeof expand>>): ExpandedBefore {
  const byLabel = new Map<Label, ConfiguredTarget>(made.targets.map((t) => [t.label, t]));
  const { digests, ...rest } = made.notes;
  const last = (name: Label) => byLabel.get(name);
  return { ...rest, last, recall: (name, digest) => (digests[name] === digest ? last(name) : undefined) };
}

const word = fc.constantFrom('a', 'b');
const graph = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, i) =>
      fc.record({
        deps:
          i === 0 ? fc.constant([]) : fc.uniqueArray(fc.integer({ min: 0, max: i - 1 }), { maxLength: 3 }),
        out: word,
        word,
      }),
    ),
  ),
);
const targets = (nodes: readonly Node[]): ResolvedTarget[] => nodes.map(targetOf);

describe('expanding again', () => {
  it('gives what expanding everything gives', () =>
    fc.assert(
      fc.asyncProperty(graph, graph, async (first, second) => {
        const before = beforeOf(await expand(targets(first)));
        const again = await expand(targets(second), before);
        expect(again.targets).toEqual((await expand(targets(second))).targets);
        expect(again.notes.digests).toEqual((await expand(targets(second))).notes.digests);
      }),
    ));

  it('asks the rules for nothing where nothing changed', () =>
    fc.assert(
      fc.asyncProperty(graph, async (nodes) => {
        const before = beforeOf(await expand(targets(nodes)));
        expect((await expand(targets(nodes), before)).asked).toEqual([]);
      }),
    ));

  const chain: Node[] = [
    { deps: [], out: 'a', word: 'a' },
    { deps: [0], out: 'a', word: 'a' },
    { deps: [1], out: 'a', word: 'a' },
  ];
  const changed = (more: Partial<Node>): ResolvedTarget[] =>
    targets(chain.map((node, i) => (i === 0 ? { ...node, ...more } : node)));

  it('asks for what changed alone where nobody can see it, and for those that can', async () => {
    const before = beforeOf(await expand(targets(chain)));
    expect((await expand(changed({ word: 'b' }), before)).asked).toEqual([label(0)]);
    // The one after that sees the same of the second as before.
    expect((await expand(changed({ out: 'b' }), before)).asked).toEqual([label(0), label(1)]);
  });

  it('asks for everything where another tool is there', async () => {
    const before = beforeOf(await expand(targets(chain)));
    const { asked } = await expand(targets(chain), before, { ...TOOLS, everywhere: ['node', 'cc'] });
    expect(asked).toHaveLength(3);
  });

  it('says of a mistake what is said of it the first time', async () => {
    const before = beforeOf(await expand(targets(chain)));
    const wrong = targets(chain).map((t, i) =>
      i === 0 ? { ...t, attributes: { ...t.attributes, surprise: 1 } } : t,
    );
    const again = await expand(wrong, before);
    const { diagnostics, provisional } = await expand(wrong);
    expect(diagnostics).not.toEqual([]);
    expect(again).toMatchObject({ diagnostics, provisional });
  });
});
