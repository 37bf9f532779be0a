import { getSystemErrorName } from 'node:util';
import type { NativePart } from '../../native/load-native.ts';
import type { Child, ChildEvents } from './child.ts';
import { signalName } from './exit-status.ts';
import { coveringInherited } from './inherited-fds.ts';

/** By recomp's own part in C: nothing has to be loaded, and a large heap costs nothing. */
export function startNativeChild(
  native: NativePart,
  words: readonly string[],
  descriptors: readonly number[],
  { heard, ended }: ChildEvents,
): Child {
  const given = native.closesOthers ? descriptors : coveringInherited(descriptors);
  const started = native.startChild(words, Int32Array.from(given), (text, code, signal) => {
    if (text !== undefined) heard(text);
    else ended(signalName(signal), code < 0 ? undefined : code);
  });
  if (typeof started === 'number') {
    const problem = `cannot start ${words[0] ?? ''}: ${getSystemErrorName(-started)}`;
    setImmediate(() => ended(undefined, undefined, problem));
    return { pid: undefined, tell: () => {}, hangUp: () => {} };
  }
  return {
    pid: started.pid,
    tell: (text) => native.tellChild(started.handle, text, false),
    hangUp: () => native.tellChild(started.handle, '', true),
  };
}
