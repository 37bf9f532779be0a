import { describe, expect, it } from 'vitest';
import { inProcessExpander } from '../../../src/expand/in-process-expander.ts';
import { attr, defineRule } from '../../../src/rule-api/index.ts';
import { resolved } from '../../helpers/rule-fixtures.ts';

const picky = defineRule({
  name: 'picky',
  summary: 'Says which tools there are.',
  attributes: { wanted: attr.tools().describe('Asked for.') },
  implement(ctx) {
    const there = ctx.attributes.wanted.filter((name) => ctx.hasTool(name));
    const out = ctx.output('out');
    ctx.action({ mnemonic: 'Write', argv: ['/bin/echo', ...there], outputs: [out] });
  },
});

const expander = inProcessExpander({ rules: [picky], root: '/nowhere' });
const tools = { everywhere: ['node', 'cc'], inPackage: { lib: ['ld'] } };

const answers = async (pkg: string, wanted: readonly string[], there?: typeof tools) => {
  const target = resolved('picky', 't', { wanted: [...wanted] }, { package: pkg });
  const { targets, askedTools } = await expander.expand([target], [], there);
  return { argv: targets[0]?.actions[0]?.argv.slice(1), askedTools };
};

describe('whether a tool is there', () => {
  it('is known to the rule that asks, and who asked is remembered, there or not', async () => {
    const { argv, askedTools } = await answers('app', ['zig', 'cc', 'node'], tools);
    expect(argv).toEqual(['cc', 'node']);
    expect(askedTools).toEqual(['cc', 'node', 'zig']);
    expect(await answers('app', [], tools)).toEqual({ argv: [], askedTools: [] });
  });
  it('differs between packages only by what a package adds for itself', async () => {
    expect((await answers('lib', ['ld', 'cc'], tools)).argv).toEqual(['ld', 'cc']);
    expect((await answers('app', ['ld', 'cc'], tools)).argv).toEqual(['cc']);
  });
  it('is no where nobody looked', async () => {
    expect((await answers('app', ['cc', 'node'])).argv).toEqual([]);
  });
});
