import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../base/nearest.ts';
import type { CommandPage } from './help/command-page.ts';

/** A command line, read by what the command's page says it takes. */
export interface Words<Option extends string> {
  has(option: Option): boolean;
  value(option: Option): string | undefined;
  readonly positionals: readonly string[];
}

/** A string is what is wrong. */
export function readWords<Option extends string>(
  page: CommandPage<Option>,
  argv: readonly string[],
): Words<Option> | string {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const { name, short, value } of page.options) {
    options[name] = {
      type: value === undefined ? 'boolean' : 'string',
      ...(short === undefined ? {} : { short }),
    };
  }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    return {
      has: (option) => values[option] === true,
      value: (option) => {
        const value = values[option];
        return typeof value === 'string' ? value : undefined;
      },
      positionals,
    };
  } catch (error) {
    return explainFault(error instanceof Error ? error.message : String(error), optionWords(page));
  }
}

export const optionWords = (page: CommandPage): string[] => [
  ...page.options.map((option) => `--${option.name}`),
  '--help',
];

/** node says what is wrong at length, and not what was meant. */
export function explainFault(message: string, known: readonly string[]): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    return `there is no option ${unknown}${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  const missing = /^Option '(?:-\w, )?(--[\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(
    message,
  )?.[1];
  if (missing !== undefined) return `${missing} needs a value: ${missing}=…`;
  const surplus = /^Option '(?:-\w, )?(--[\w-]+)' does not take an argument/.exec(message)?.[1];
  return surplus === undefined ? message : `${surplus} takes no value`;
}
