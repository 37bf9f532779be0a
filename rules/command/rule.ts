import {
  attr,
  defineRule,
  type OutputFile,
  type RuleContext,
  type Shape,
  z,
} from '../../src/rule-api/index.ts';
import { processAttributes } from '../shared/process-attributes.ts';
import { processFiles } from '../shared/process-files.ts';
import { processWords } from '../shared/process-words.ts';

const attributes = {
  ...processAttributes,
  outs: z.array(z.string()).default([]).describe('Files that the process makes, relative to the package.'),
  out_dirs: z
    .array(z.string())
    .default([])
    .describe('Folders that the process fills with files not known beforehand.'),
  sha256: z
    .record(
      z.string(),
      z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 digest: 64 lower-case hexadecimal digits'),
    )
    .optional()
    .describe('Digests that outputs must have, by their name in outs or out_dirs.'),
  timeout: attr.duration().optional().describe('How long it may run: "500ms", "60s", "5m".'),
  executable: z
    .string()
    .optional()
    .describe(
      'What recomp run starts: one of outs, or a file below one of out_dirs; by default the first of outs.',
    ),
};

/** The general rule: one process, what it reads and what it makes. */
export const command = defineRule({
  name: 'command',
  summary: 'Runs a script or a command line that makes files.',
  attributes,
  implement(ctx) {
    const { outs, out_dirs, sha256, timeout, tools, network, local, platform } = ctx.attributes;
    const files = outs.map((path, i) => ctx.output(path, ['outs', i]));
    const outputs = [...files, ...out_dirs.map((path, i) => ctx.outputDirectory(path, ['out_dirs', i]))];
    if (outputs.length === 0)
      ctx.fail('it makes nothing: outs and out_dirs are both empty', undefined, 'outs = ["…"]');
    const byName = new Map([...outs, ...out_dirs].map((name, i) => [name, outputs[i]]));
    const process = processFiles(ctx, outputs);
    const words = processWords(ctx.fail, ctx.attributes, process);
    const pinned = pins(ctx, sha256 ?? {}, byName);
    const executable = startable(ctx, ctx.attributes.executable, outputs);
    if (words === undefined || outputs.length === 0) return;
    ctx.action({
      mnemonic: 'Command',
      ...words,
      inputs: process.inputs(),
      outputs,
      tools,
      timeoutMs: timeout,
      network,
      local,
      pinned,
      platform,
    });
    ctx.provide({ executable: executable ?? files[0] });
  },
});

type Outputs = ReadonlyMap<string, OutputFile | undefined>;
type Fail = Pick<RuleContext<Shape>, 'fail'>;

function pins(ctx: Fail, digests: Readonly<Record<string, string>>, byName: Outputs) {
  return Object.entries(digests).flatMap(([name, sha256]) => {
    const output = byName.get(name);
    if (output !== undefined) return [{ output, sha256 }];
    ctx.fail(
      `sha256 names ${JSON.stringify(name)}, which is no output`,
      ['sha256', name],
      `outputs: ${[...byName.keys()].join(', ')}`,
    );
    return [];
  });
}

function startable(
  ctx: Fail & { readonly package: string },
  path: string | undefined,
  outputs: readonly OutputFile[],
) {
  if (path === undefined) return undefined;
  const full = ['recomp-out', ctx.package, path].filter((part) => part !== '').join('/');
  const normal = !full.split('/').some((part) => part === '..' || part === '.' || part === '');
  if (normal && outputs.some((o) => (o.tree ? full.startsWith(`${o.path}/`) : o.path === full))) return full;
  ctx.fail(`executable names ${JSON.stringify(path)}, which is no output`, ['executable']);
  return undefined;
}
