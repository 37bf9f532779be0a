import { attr, defineRule, type FileHandle, type InputFile, z } from '../../src/rule-api/index.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { oneSource, sourceIfAny } from '../shared/one-source.ts';
import { moduleProvider } from './provider.ts';

/** First stage of the homebrew mode: a program file becomes a module manifest and the bytes of its segments. */
export const homebrewIntake = defineRule({
  name: 'homebrew_intake',
  stage: 'intake',
  summary: 'Takes a homebrew program apart (NRO, or static arm64 ELF): a module manifest and its segments.',
  attributes: {
    src: attr.sources().describe('The program: one NRO or static arm64 ELF file.'),
    provenance: attr
      .sources()
      .describe('A provenance.toml. The program must be one of its [[inputs]], with that SHA-256 and size.'),
    module_name: z
      .string()
      .regex(/^[\w.+-]{1,64}$/, 'expected 1 to 64 letters, digits and . _ + -')
      .optional()
      .describe('The module’s name in the manifest; by default the file’s name without its extension.'),
  },
  providers: { module: moduleProvider },
  implement(ctx) {
    const src = oneSource(ctx, 'src');
    const provenance = sourceIfAny(ctx, 'provenance');
    if (src === undefined) return;
    const manifest = ctx.output(`${ctx.name}/module.json`);
    const segments = ctx.outputDirectory(`${ctx.name}/segments`);
    const folder = manifest.path.slice(0, manifest.path.lastIndexOf('/'));
    const vouched = provenance === undefined ? [] : [checkProvenance(provenance, src)];
    const { module_name } = ctx.attributes;
    ctx.action({
      mnemonic: 'Intake',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'intake.mjs'),
        ...['--input', src, '--out', folder],
        ...(module_name === undefined ? [] : ['--name', module_name]),
      ],
      // Not read, but waited for: nothing is made of a program that is not what it is said to be.
      inputs: vouched,
      outputs: [manifest, segments],
    });
    ctx.provide({
      files: [manifest, segments, ...vouched],
      providers: { module: { folder, manifest: manifest.path, segments: segments.path } },
    });

    function checkProvenance(file: InputFile, program: InputFile): FileHandle {
      const record = ctx.output(`${ctx.name}/provenance.json`);
      ctx.action({
        mnemonic: 'Provenance',
        argv: [
          ctx.tool('node'),
          bundledTool(ctx, 'provenance.mjs'),
          ...['--provenance', file, '--input', program, '--out', record],
        ],
        outputs: [record],
        terse: true,
      });
      return record;
    }
  },
});
