import fc from 'fast-check';
import { expect, it } from 'vitest';
import { builtInRules } from '../../../rules/index.ts';
import type { Json } from '../../../src/base/canonical-json.ts';
import { inProcessExpander } from '../../../src/expand/in-process-expander.ts';
import { resolved } from '../../helpers/rule-fixtures.ts';

const expander = inProcessExpander({ rules: builtInRules, root: '/nowhere' });

const keys = [
  'shell',
  'argv',
  'outs',
  'out_dirs',
  'env',
  'timeout',
  'sha256',
  'executable',
  'retries',
  'pool',
  'tags',
  'srcs',
  'deps',
  '__proto__',
  'constructor',
  'actual',
];
const words = fc.constantFrom(
  'a',
  '../a',
  '/a',
  'a//b',
  '',
  '.',
  '$(srcs)',
  '$(out)',
  'x$(',
  '$$',
  '$(item)',
  '.params/x',
  'cat $SRCS > $OUT',
  '\u0000',
  '\ud800',
  '60s',
  'toString',
);
const text = fc.oneof(words, fc.string());
const value: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(fc.oneof(text, fc.constantFrom(...keys)), text, { maxKeys: 3 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const attributes = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...keys), text), value), { maxLength: 6 });

it('any table becomes actions or diagnostics, never a fault of the rule', async () => {
  let good = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...builtInRules.map((r) => r.name)),
      attributes,
      async (rule, entries) => {
        const target = resolved(rule, 't', Object.fromEntries(entries), {
          sources: { srcs: ['pkg/a b', 'pkg/$(item)'] },
        });
        const { targets, diagnostics } = await expander.expand([target], []);
        good += targets.length;
        expect(targets.length === 1).toBe(diagnostics.length === 0);
        for (const { code } of diagnostics) expect(code).not.toBe('rule-fault');
        for (const { path } of targets.flatMap((t) => t.actions.flatMap((x) => x.outputs))) {
          expect(path).toMatch(/^recomp-out\/pkg\/[^/]/);
          expect(path.split('/')).not.toContain('..');
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(good).toBeGreaterThan(0);
});
