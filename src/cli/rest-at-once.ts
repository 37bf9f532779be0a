/**
 * After work V8 wakes the process every eight seconds for the better part of a minute, to see whether there is memory to give back.
 * A session that rests is to rest: memory is tidied when it is next wanted. Told at the very start, as V8 soon begins with it. A flag that V8 does not know is an error on the
 * screen, so only the version that was tried is spoken to.
 */
export function restAtOnce(v8: string): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  if (Number.parseInt(v8, 10) === 11) setFlagsFromString(`--gc-memory-reducer-start-delay-ms=${NEVER_MS}`);
}

/** Some weeks. */
const NEVER_MS = 2_000_000_000;
