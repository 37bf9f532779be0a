import { nativePart } from '../../native/load-native.ts';
import type { Child, ChildEvents } from './child.ts';
import { startNativeChild } from './native-child.ts';
import { startNodeChild } from './node-child.ts';

export function startChild(
  words: readonly string[],
  descriptors: readonly number[],
  events: ChildEvents,
): Child {
  const native = nativePart();
  return native
    ? startNativeChild(native, words, descriptors, events)
    : startNodeChild(words, descriptors, events);
}
