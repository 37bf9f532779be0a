import { BUILD_FLAGS, parseBuildArguments } from './build-arguments.ts';
import { explainFault } from './read-words.ts';
import { requireRoot } from './require-root.ts';
import { usageFault } from './usage-fault.ts';

/** A `build` that cannot be done as it was asked for; every other one has gone its own, shorter way. */
export async function refuseBuild(argv: readonly string[]): Promise<number> {
  const args = parseBuildArguments(argv);
  if (typeof args === 'string') return usageFault('build', explainFault(args, BUILD_FLAGS));
  if (args.patterns.length === 0)
    return usageFault(
      'build',
      'build what? `recomp build //...` builds every target, `recomp build //a:b` one',
    );
  requireRoot();
  return 2;
}
