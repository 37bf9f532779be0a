import { RECOMP_VERSION } from '../../base/version.ts';
import type { Command } from '../command.ts';
import { paragraph, twoColumns } from './lay-out.ts';

/** What `recomp` alone prints: every command, and the two things everybody must know. */
export function renderOverview(commands: readonly Command[]): string {
  const groups = new Map<string, Command[]>();
  for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  const lists = [...groups].map(
    ([group, members]) =>
      `\n${group}:\n${twoColumns(members.map((c) => [`${c.name}${c.words === '' ? '' : ` ${c.words}`}`, c.summary]))}`,
  );
  return [
    `recomp ${RECOMP_VERSION}, a hermetic, incremental build engine\n\n`,
    'Usage: recomp COMMAND [OPTION…] [WORD…]\n',
    ...lists,
    `\nPatterns:\n${twoColumns(PATTERNS)}`,
    '\n',
    paragraph(
      '`recomp help COMMAND` says what a command does and takes. A workspace is a folder with a recomp.toml; `recomp init` makes one.',
    ),
  ].join('');
}

const PATTERNS = [
  ['//a/b:c', 'the target c of the folder a/b; `//a/b` is short for `//a/b:b`'],
  ['//a/...', 'every target in a and below; `//...` is all there are, `...` those below the current folder'],
  ['//a:all', 'every target of the folder a'],
  ['-//a/...', 'leaves out what the patterns before it named'],
] as const;
