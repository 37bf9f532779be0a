import type { CommandPage, OptionPage } from './command-page.ts';
import { paragraph, twoColumns } from './lay-out.ts';

/** The help of one command. */
export function renderPage(page: CommandPage): string {
  const usage = page.usage.map(
    (form, i) => `${i === 0 ? 'Usage:' : '      '} recomp ${page.name}${form === '' ? '' : ` ${form}`}\n`,
  );
  const about = page.about.map((text) => `\n${paragraph(text)}`);
  const options = [...page.options.map((option) => [optionTerm(option), option.text] as const), HELP_ROW];
  const examples = page.examples.map(([command, does]) => [command, does] as const);
  return [
    ...usage,
    ...about,
    `\nOptions:\n${twoColumns(options)}`,
    examples.length === 0 ? '' : `\nExamples:\n${twoColumns(examples, 44)}`,
  ].join('');
}

const HELP_ROW = ['-h, --help', 'Print this.'] as const;

function optionTerm({ name, short, value, valueIsOptional }: OptionPage): string {
  const long =
    value === undefined
      ? `--${name}`
      : valueIsOptional === true
        ? `--${name}[=${value}]`
        : `--${name} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}
