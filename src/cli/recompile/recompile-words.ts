import { type BuildArguments, parseBuildArguments } from '../build-arguments.ts';
import { recompilePage } from '../help/pages/recompile.ts';
import { readWords } from '../read-words.ts';

export interface RecompileWords {
  readonly file: string;
  readonly output: string;
  readonly backend: string;
  readonly optLevel: string;
  readonly compiler: string;
  readonly names: string | undefined;
  readonly keep: string | undefined;
  readonly json: boolean;
  readonly build: BuildArguments;
}

/** A string is what is wrong. */
export function readRecompileWords(argv: readonly string[]): RecompileWords | string {
  const words = readWords(recompilePage, argv);
  if (typeof words === 'string') return words;
  const [file, surplus] = words.positionals;
  if (file === undefined) return 'recompile what? name the binary: `recomp recompile FILE -o PROGRAM`';
  if (surplus !== undefined) return `one binary is recompiled at a time, and ${surplus} is too much`;
  const output = words.value('output');
  if (output === undefined || output === '')
    return `where to? name the program: \`recomp recompile ${file} -o PROGRAM\``;
  const backend = words.value('backend') ?? 'auto';
  const optLevel = words.value('opt-level') ?? '1';
  const wrong = notAmong('backend', backend) ?? notAmong('opt-level', optLevel);
  if (wrong !== undefined) return wrong;
  const build = parseBuildArguments(
    (['jobs', 'sandbox'] as const).flatMap((name) => {
      const value = words.value(name);
      return value === undefined ? [] : [`--${name}=${value}`];
    }),
  );
  if (typeof build === 'string') return build;
  return {
    file,
    output,
    backend,
    optLevel,
    compiler: words.value('cc') ?? 'cc',
    names: words.value('names'),
    keep: words.value('keep'),
    json: words.has('json'),
    build,
  };
}

function notAmong(name: 'backend' | 'opt-level', value: string): string | undefined {
  const known = recompilePage.options.find((option) => option.name === name)?.words ?? [];
  return known.includes(value) ? undefined : `--${name} is ${known.join(', ')}, not "${value}"`;
}
