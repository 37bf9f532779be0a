import type { FileHandle, OutputFile, RuleContext, Shape, Word } from '../../src/rule-api/index.ts';
import { bundledTool } from '../shared/bundled-tool.ts';

type NamesContext = Pick<RuleContext<Shape>, 'action' | 'name' | 'output' | 'packageFile' | 'tool'>;

export interface NamesInput {
  /** Below the stage’s own folder. */
  readonly folder: string;
  /** Name maps; where two differ, the first counts. */
  readonly maps: readonly FileHandle[];
  /** What other tools know, in any format that recomp reads; they count less than the maps. */
  readonly exports?: readonly FileHandle[];
  readonly trace?: FileHandle | undefined;
  readonly program?: string | undefined;
  /** How sure each name has to be; absent: no evidence is asked for. */
  readonly leastEvidence?: number | undefined;
}

export interface DeclaredNames {
  readonly map: OutputFile;
  readonly hints: OutputFile;
  readonly report: OutputFile;
  /** Where what moves code stands: `file:line:column` by address. */
  readonly places: OutputFile;
}

/** Everything that is said of names becomes one map, apart from what of it moves code. */
export function declareNames(ctx: NamesContext, input: NamesInput): DeclaredNames {
  const at = (name: string): OutputFile => ctx.output(`${ctx.name}/${input.folder}/${name}`);
  const [map, hints, report] = [at('name_map.json'), at('hints.json'), at('names-report.json')];
  const places = at('places.json');
  const { program, leastEvidence } = input;
  ctx.action({
    mnemonic: 'Names',
    argv: [
      ctx.tool('node'),
      bundledTool(ctx, 'names.mjs'),
      ...['--out', folderOf(map)],
      ...input.maps.flatMap((file): Word[] => ['--map', file]),
      ...(input.exports ?? []).flatMap((file): Word[] => ['--export', file]),
      ...(input.trace === undefined ? [] : ['--trace', input.trace]),
      ...(program === undefined ? [] : ['--program', program]),
      ...(leastEvidence === undefined ? [] : ['--least-evidence', String(leastEvidence)]),
    ],
    outputs: [map, hints, report, places],
  });
  return { map, hints, report, places };
}

export const folderOf = ({ path }: OutputFile): string => path.slice(0, path.lastIndexOf('/'));
