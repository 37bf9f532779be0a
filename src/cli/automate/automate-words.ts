import { type BuildArguments, parseBuildArguments } from '../build-arguments.ts';
import { automatePage } from '../help/pages/automate.ts';
import { readWords } from '../read-words.ts';

export interface AutomateWords {
  readonly config: string;
  readonly resume: boolean;
  readonly json: boolean;
  readonly build: BuildArguments;
}

/** A string is what is wrong. */
export function readAutomateWords(argv: readonly string[]): AutomateWords | string {
  const words = readWords(automatePage, argv);
  if (typeof words === 'string') return words;
  const config = words.value('config');
  const [surplus] = words.positionals;
  if (config === undefined) return 'automate what? name the file: `recomp automate --config automation.toml`';
  if (surplus !== undefined) return `one loop is run at a time, and ${surplus} is too much`;
  const build = parseBuildArguments([
    '--keep-going',
    ...(words.has('force') ? ['--force'] : []),
    ...(['jobs', 'sandbox'] as const).flatMap((name) => {
      const value = words.value(name);
      return value === undefined ? [] : [`--${name}=${value}`];
    }),
  ]);
  if (typeof build === 'string') return build;
  return { config, resume: words.has('resume'), json: words.has('json'), build };
}
