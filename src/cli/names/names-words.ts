import type { namesPage } from '../help/pages/names.ts';
import type { Words } from '../read-words.ts';
import { usageFault } from '../usage-fault.ts';

export type NamesOption = (typeof namesPage)['options'][number]['name'];
export type NamesWords = Words<NamesOption>;

/** Options that an action has no use for are mistakes: ignored, they would seem to have been heeded. */
export function refuseOthers(
  words: NamesWords,
  action: string,
  taken: readonly NamesOption[],
): number | undefined {
  const all: readonly NamesOption[] = [
    ...([
      'format',
      'out',
      'into',
      'offset',
      'keep',
      'boundaries',
      'prefer',
      'least-evidence',
      'analysis',
      'json',
    ] as const),
  ];
  const other = all.find(
    (name) => !taken.includes(name) && (words.has(name) || words.value(name) !== undefined),
  );
  return other === undefined
    ? undefined
    : usageFault('names', `--${other} is not for \`recomp names ${action}\``);
}
