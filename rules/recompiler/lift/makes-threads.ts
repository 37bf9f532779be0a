import type { Image } from './image.ts';

/** `svc 0x08` on the console; the number of `clone` where a library of Linux puts it, for 32 and for 64 bits. */
const MAKERS = { horizon: [0xd4000101], linux: [0x52801b88, 0xd2801b88] } as const;

/**
 * Whether the program's code can make a thread. Its jumps back are then counted, so that no thread runs for ever while
 * others wait; programs without threads do not pay for that. It is asked of all words of code, found or not, so that
 * every backend gets the same answer.
 */
export function makesThreads({ module, segments }: Image): boolean {
  const makers: readonly number[] = MAKERS[module.personality];
  return segments.some(({ segment, content }) => {
    if (!segment.permissions.includes('x')) return false;
    const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
    for (let at = 0; at + 4 <= content.length; at += 4)
      if (makers.includes(view.getUint32(at, true))) return true;
    return false;
  });
}
