import { attr, defineRule, type OutputFile, z } from '../../src/rule-api/index.ts';
import { moduleProvider } from '../homebrew-intake/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { foldersOf, stageCommandAttributes, stageFolder, stageProcess } from '../shared/stage-command.ts';
import { declareCode } from './declare-code.ts';
import { declareNames } from './declare-names.ts';
import { analysisProvider } from './provider.ts';

/** Below the folder of the stage, apart from what a command of the user’s leaves there. */
const FOUND = 'found';

/** Between intake and lift: names, the code’s shape, and what tells of them. */
export const analysis = defineRule({
  name: 'analysis',
  stage: 'analysis',
  summary:
    'Finds functions, names, references and jump tables: by a command of yours, by recomp’s own analysis, or both.',
  attributes: {
    ...stageCommandAttributes,
    argv: z
      .array(attr.text())
      .default([])
      .describe('A headless tool’s command line; none: recomp’s own analysis alone. $(stage) is the folder.'),
    intake: attr.label().describe('The intake target whose module is analysed: $(module).'),
    names: attr.sources().describe('Name maps, name_map.json. Where two differ, the first counts.'),
    symbols: attr
      .sources()
      .describe('Names that other tools exported, in any format that `recomp names` reads. They count less.'),
    exports: z
      .array(z.string())
      .default([])
      .describe('Which of outs are such names, too: what the command exports of a disassembler.'),
    trace: attr.sources().describe('A runtime trace manifest that is there: $(trace).'),
    name_map: z.string().optional().describe('Which of outs is a name_map.json for the lift.'),
    trace_output: z.string().optional().describe('Which of outs is a runtime trace manifest.'),
    program: z.string().optional().describe('Whose entries count, where name maps are for several programs.'),
    least_evidence: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(
        'Refuses names that are less sure than this, and names without evidence. Absent: none is asked for.',
      ),
  },
  providers: { analysis: analysisProvider },
  implement(ctx) {
    const intake = ctx.deps('intake');
    const { argv, outs, exports, name_map, trace_output, program, least_evidence } = ctx.attributes;
    const trace = sourceIfAny(ctx, 'trace');
    if (argv.length > 0 && outs.length === 0)
      ctx.fail('an analysis says what it makes', ['outs'], 'expected_outputs = ["name_map.json"]');
    const made = argv.length === 0 ? [] : exported();
    const own = outputNamed(name_map);
    const others = [...ctx.sources('symbols'), ...exports.flatMap((name, i) => exportNamed(name, i))];
    const maps = [...ctx.sources('names'), ...own];
    const [dep] = intake;
    const module = moduleProvider.safeParse(dep?.providers['module']);
    if (dep === undefined || !module.success) {
      // Not recomp's to lift: what the command left is passed on as it is.
      ctx.provide({ files: made, providers: { analysis: { name_map: own[0]?.path ?? null, shape: null } } });
      return;
    }
    const names = declareNames(ctx, {
      folder: FOUND,
      maps,
      exports: others,
      trace: trace ?? outputNamed(trace_output)[0],
      program,
      leastEvidence: least_evidence,
    });
    const { code, shape, told } = declareCode(ctx, FOUND, { dep, value: module.data }, names);
    ctx.provide({
      files: [...made, names.map, names.hints, names.report, code, shape, told, joined(code, names.map)],
      providers: { analysis: { name_map: names.map.path, shape: shape.path } },
    });

    function outputNamed(name: string | undefined): readonly OutputFile[] {
      return name === undefined ? [] : made.filter((file) => file.path === `${stageFolder(ctx)}/${name}`);
    }

    function exportNamed(name: string, i: number): readonly OutputFile[] {
      const found = outputNamed(name);
      if (found.length === 0)
        ctx.fail(`${name} is none of outs`, ['exports', i], `add it: outs = ["${name}"]`);
      return found;
    }

    function exported(): readonly OutputFile[] {
      return stageProcess(ctx, {
        mnemonic: 'Analysis',
        command: ctx.attributes,
        named: { module: intake.flatMap((dep) => dep.files), ...(trace && { trace: [trace] }) },
        inputs: ctx.sources('inputs'),
        scripts: ctx.sources('scripts'),
        folders: foldersOf(ctx, intake),
      });
    }

    function joined(code: OutputFile, map: OutputFile): OutputFile {
      const output = ctx.output(`${ctx.name}/${FOUND}/analysis.json`);
      ctx.action({
        mnemonic: 'JoinAnalysis',
        argv: [
          ctx.tool('node'),
          bundledTool(ctx, 'join-analysis.mjs'),
          ...['--code', code, '--names', map, '--out', output],
        ],
        outputs: [output],
      });
      return output;
    }
  },
});
