/**
 * V8 optimises on threads of its own, and in the seconds that a build takes they cost more than they save: they take the
 * processors from the actions. Code has to be fifteen times as hot here before it is optimised; long builds still get there.
 * A flag that V8 does not know is an error on the screen, so only versions that were tried are spoken to.
 */
export function compileLess(v8: string): void {
  // Loaded only here: most builds find nothing to do and never come to this.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  const major = Number.parseInt(v8, 10);
  if (major === 11) setFlagsFromString('--interrupt-budget=1000000');
  else if (major === 12 || major === 13) setFlagsFromString('--invocation-count-for-turbofan=45000');
}
