import type { Attributes, RuleContext, Shape, Word } from '../../src/rule-api/index.ts';
import { argvWord } from './argv-words.ts';
import type { processAttributes } from './process-attributes.ts';
import type { ProcessFiles } from './process-files.ts';
import { shellEnvironment } from './shell-environment.ts';

type ProcessValues = Pick<Attributes<typeof processAttributes>, 'shell' | 'argv' | 'env'>;

export interface ProcessWords {
  readonly argv: readonly Word[];
  readonly env: Readonly<Record<string, Word>>;
}

/** The command line and variables that `shell` or `argv` mean; absent when the target has neither or both. */
export function processWords(
  fail: RuleContext<Shape>['fail'],
  { shell, argv, env }: ProcessValues,
  files: ProcessFiles,
): ProcessWords | undefined {
  if (shell !== undefined && argv !== undefined) {
    fail('shell and argv exclude each other', ['argv'], 'keep the one that is meant');
  } else if (shell !== undefined) {
    const set = shellEnvironment(shell, files, (fault) => fail(fault.message, ['shell'], fault.help));
    return { argv: ['/bin/sh', '-c', shell], env: { ...env, ...set } };
  } else if (argv !== undefined) {
    const words = argv.map((word, i) =>
      argvWord(word, files, (fault) => fail(fault.message, ['argv', i], fault.help)),
    );
    return { argv: words, env: env ?? {} };
  } else {
    fail(
      'there is nothing to run: shell and argv are both missing',
      undefined,
      'shell = "…" is a script, argv = ["…"] a command line',
    );
  }
  return undefined;
}
