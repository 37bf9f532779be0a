import { RECOMP_VERSION } from '../base/version.ts';
import { parseBuildArguments } from './build-arguments.ts';
import { say } from './print.ts';

/** Every command but a well-formed `build`. */
export async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-V') {
    process.stdout.write(`recomp ${RECOMP_VERSION}\n`);
    return 0;
  }
  if (name === 'build') {
    const args = parseBuildArguments(rest);
    say(typeof args === 'string' ? args : 'no patterns');
    return 2;
  }
  say(`unknown command ${name}`);
  return 2;
}
