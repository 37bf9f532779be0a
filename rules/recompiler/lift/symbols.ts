import type { Image } from './image.ts';

/** The file's own names. */
export function symbolsOf({ module }: Image): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const s of module.symbols)
    if (/^[\w.$@]{1,200}$/.test(s.name)) names.set(module.load_address + s.offset, s.name);
  return names;
}
