import { attr, defineRule, type Rule, z } from '../../src/rule-api/index.ts';
import { OPS, type Op, scriptOf } from './ops.ts';

/** The names a fan's parts have, once its directory is known. */
export const fanParts = (out: string): string => `${out}.parts`;
export const fanDone = (out: string, rel: string): string => `${out}.done/${rel.replace(/\.part$/, '')}.o`;

/** Splits into a directory; one action per file of it (a template); joins what they made. */
export const fan: Rule = defineRule({
  name: 'fan',
  summary: 'Splits, treats each part by an action of its own, joins.',
  attributes: {
    srcs: attr.sources().describe('What is split.'),
    deps: attr.labels().describe('What is split as well.'),
    op: z.enum(OPS).describe('What is done to each part.'),
    salt: z.string().describe('In every command.'),
    out: z.string().describe('The joined file.'),
  },
  implement(ctx) {
    const { op, salt, out } = ctx.attributes;
    const srcs = ctx.sources('srcs');
    const deps = ctx.deps('deps').flatMap((dep) => dep.files);
    const parts = ctx.outputDirectory(fanParts(out));
    const joined = ctx.output(out);
    ctx.action({
      mnemonic: 'Split',
      argv: ['/bin/sh', '-c', scriptOf('split', salt)],
      env: { SRCS: srcs, DEPS: deps, OUT: parts },
      outputs: [parts],
    });
    const pkg = `recomp-out/${ctx.package}`;
    const done = ctx.template(parts, {
      id: 'item',
      mnemonic: 'Item',
      argv: [
        '/bin/sh',
        '-c',
        scriptOf(partOp(op), salt, `${pkg}/${fanDone(out, '$(item.stem)')}`),
        'sh',
        '$(item)',
      ],
      outputs: [fanDone(out, '$(item.stem)')],
    });
    ctx.action({
      mnemonic: 'Join',
      argv: ['/bin/sh', '-c', scriptOf('cat', salt), 'sh', [done]],
      env: { OUT: joined },
      outputs: [joined],
    });
    ctx.provide({ files: [joined] });
  },
});

/** A part becomes a file. */
export const partOp = (op: Op): Op => (op === 'split' ? 'cat' : op);
