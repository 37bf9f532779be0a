import { nativePart } from '../../native/load-native.ts';
import { type Finding, fine } from './finding.ts';

/** Nothing needs it: without it, recomp takes longer to find that nothing has changed. */
export function checkNative(isThere = nativePart() !== undefined, env = process.env): Finding {
  const name = 'part in C';
  if (isThere) return fine(name, 'there: looking at files and starting actions is quicker');
  if (env['RECOMP_NATIVE'] === 'off')
    return { name, state: 'optional', found: 'not used, as RECOMP_NATIVE is off' };
  return {
    name,
    state: 'optional',
    found: `none for ${process.platform} ${process.arch}: everything works, more slowly`,
    help: 'it is compiled where recomp is built on Linux with a C compiler (cc)',
  };
}
