import { parsePattern, selects } from '../../workspace/label-syntax.ts';
import type { BuildArguments } from '../build-arguments.ts';
import type { BuildState } from '../build-state.ts';
import { type BuildRequestKey, type FastAnswer, tryFastPath } from '../fast-path.ts';
import { type Prepared, takeOver } from '../prepare-build.ts';
import { processStart } from '../process-start.ts';
import { earlierBuilds } from './wider-builds.ts';

/**
 * One target out of what the latest build of more than it has left, if that still holds: in a large workspace this saves reading
 * and expanding whatever the target needs. Undefined: there was none, or a package has changed since.
 */
export function prepareWithin(
  { root, here, patterns }: BuildRequestKey,
  args: BuildArguments,
  state: BuildState,
): Prepared | undefined {
  const [text = '', ...more] = patterns;
  const pattern = parsePattern(text, here);
  const { remoteDownload = 'all' } = args;
  // Another build may have left other outputs away.
  if (remoteDownload !== 'all') return undefined;
  if (more.length > 0 || !pattern.ok || pattern.value.kind !== 'target' || pattern.value.negative)
    return undefined;
  const { label } = pattern.value;
  const wider = earlierBuilds(root, args.sandbox, process.env).find((request) => names(request, label));
  const known = wider && tryFastPath(wider, { ...args, patterns: wider.patterns }, processStart());
  const prepared = wider && known?.kind === 'go-on' ? takeOver(wider, known, state) : undefined;
  if (!prepared?.plan.labels.includes(label)) return undefined;
  return { ...prepared, plan: { ...prepared.plan, requested: [label] } };
}

type Named = Parameters<typeof selects>[1];

function names({ here, patterns }: BuildRequestKey, label: Named): boolean {
  const parsed = patterns.map((text) => parsePattern(text, here));
  return selects(
    parsed.flatMap((pattern) => (pattern.ok ? [pattern.value] : [])),
    label,
  );
}

/** Nothing is kept of a build of just this. */
export const isUnknown = (known: FastAnswer): boolean => known.kind === 'go-on' && known.seen === undefined;
