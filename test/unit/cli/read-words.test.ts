import { describe, expect, it } from 'vitest';
import { BUILD_FLAGS, parseBuildArguments } from '../../../src/cli/build-arguments.ts';
import { COMMANDS } from '../../../src/cli/command-table.ts';
import { definePage, type OptionPage } from '../../../src/cli/help/command-page.ts';
import { buildPage } from '../../../src/cli/help/pages/build.ts';
import { BUILD_OPTIONS } from '../../../src/cli/help/pages/build-options.ts';
import { PAGES } from '../../../src/cli/help/pages.ts';
import { explainFault, readWords } from '../../../src/cli/read-words.ts';
import { takeOption } from '../../../src/cli/take-option.ts';

const page = definePage({
  name: 'x',
  usage: [''],
  about: [],
  options: [
    { name: 'size', short: 's', value: 'N', text: '' },
    { name: 'force', text: '' },
  ],
  examples: [],
  completes: 'nothing',
});

describe('readWords', () => {
  it('reads what the page says', () => {
    const words = readWords(page, ['a', '--force', '-s', '3', '--', '--b']);
    if (typeof words === 'string') throw new Error(words);
    expect([words.has('force'), words.value('size'), words.positionals]).toEqual([true, '3', ['a', '--b']]);
  });

  it.each([
    [['--forse'], 'there is no option --forse; did you mean --force?'],
    [['--zzzzzzzzz'], 'there is no option --zzzzzzzzz'],
    [['-q'], 'there is no option -q'],
    [['--size'], '--size needs a value: --size=…'],
    [['--size', '--force'], '--size needs a value: --size=…'],
    [['--force=yes'], '--force takes no value'],
  ])('says of %j what is wrong', (argv, said) => expect(readWords(page, argv)).toBe(said));

  it('passes on what it cannot say better', () => expect(explainFault('odd', [])).toBe('odd'));
});

describe('the pages', () => {
  it('are there for every command, and for nothing else but parts of them', () => {
    const names = COMMANDS.map((c) => c.name).sort();
    expect(
      PAGES.map((p) => p.name)
        .filter((name) => !name.includes(' '))
        .sort(),
    ).toEqual(names);
    expect(PAGES.filter((p) => !names.includes(p.name.split(' ')[0] ?? ''))).toEqual([]);
  });

  it('show the options that build takes, and no others', () =>
    expect([...buildPage.options.map((o) => `--${o.name}`), '--help'].sort()).toEqual(
      [...BUILD_FLAGS].sort(),
    ));

  it('say which options take a value as the parser has it', () => {
    const options: readonly OptionPage[] = BUILD_OPTIONS;
    for (const { name, value, words } of options) {
      const sample = words?.[0] ?? (name === 'jobs' ? '2' : 'x');
      expect(
        parseBuildArguments([value === undefined ? `--${name}` : `--${name}=${sample}`, '//...']),
        name,
      ).toBeTypeOf('object');
      expect(parseBuildArguments([value === undefined ? `--${name}=x` : `--${name}`]), name).toBeTypeOf(
        'string',
      );
    }
  });
});

describe('takeOption', () => {
  it.each([
    [['--o', 'v', 'a'], { value: 'v', rest: ['a'] }],
    [['a', '--o=v=w'], { value: 'v=w', rest: ['a'] }],
    [['a', '--', '--o', 'v'], { value: undefined, rest: ['a', '--', '--o', 'v'] }],
    [['--other'], { value: undefined, rest: ['--other'] }],
    [['--o'], '--o needs a value: --o=…'],
    [['--o='], '--o needs a value: --o=…'],
    [['--o', '--force'], '--o needs a value: --o=…'],
  ])('of %j', (argv, taken) => expect(takeOption(argv, '--o')).toEqual(taken));
});
