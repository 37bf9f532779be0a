import { nativePart } from '../native/load-native.ts';
import type { SeenTable } from './seen-table.ts';
import { absolute, lookInto, WORDS } from './seen-words.ts';

/** What is there now. */
export interface Looks {
  readonly words: Float64Array;
  /** Where in `words` the entry's begin; until the next call. */
  readonly at: (index: number) => number;
}

/** All at once where that can be done outside of JavaScript: there it takes a seventh of the time. */
export function lookAtAll(root: string, table: SeenTable): Looks {
  const native = nativePart();
  if (!native) return lookOneByOne(root, table);
  const words = new Float64Array(table.paths.length * WORDS);
  const paths = table.paths.length === 0 ? '' : `${table.paths.join('\0')}\0`;
  native.lookAtFiles(root, Buffer.from(paths, 'utf8'), table.kinds, words);
  return { words, at: (index) => index * WORDS };
}

export function lookOneByOne(root: string, { paths, kinds }: SeenTable): Looks {
  const words = new Float64Array(WORDS);
  const at = (index: number): number => {
    lookInto(absolute(root, paths[index] ?? ''), kinds[index] ?? 0, words, 0);
    return 0;
  };
  return { words, at };
}
