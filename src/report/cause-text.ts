import type { Cause, Prediction, Verdict } from '../engine/predict.ts';
import { describeFailure } from './failure-text.ts';
import { type Told, tellChanges } from './told-change.ts';

/** What an action would do, in a few words. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'up-to-date':
      return 'is up to date';
    case 'restore':
      return `would be taken from the ${verdict.from} cache`;
    case 'run':
      return 'would run';
    case 'depends':
      return 'may run';
    case 'blocked':
      return 'cannot run';
  }
}

/** Why, the most telling first; nothing where there is nothing to tell. */
export function tellVerdict({ node, verdict }: Pick<Prediction, 'node' | 'verdict'>): readonly Told[] {
  switch (verdict.kind) {
    case 'up-to-date':
      return [];
    case 'restore':
      return tellCause(actionName(node.id), verdict.cause, false);
    case 'run':
      return tellCause(actionName(node.id), verdict.cause, verdict.evicted === true);
    case 'depends':
      return [{ line: `it waits for ${verdict.on.map(actionName).join(', ')}` }];
    case 'blocked':
      return [{ line: describeFailure(verdict.failure).what }];
  }
}

function tellCause(name: string, cause: Cause, evicted: boolean): readonly Told[] {
  switch (cause.kind) {
    case 'never-built':
      return tellNeverBuilt(name, cause.nearest);
    case 'changed':
      return cause.changes.length > 0
        ? tellChanges(cause.changes)
        : [{ line: `${name} was built, but nothing is known of it any more` }];
    case 'key-changed':
      return [{ line: `something of the key of ${name} changed; what it was before is not known any more` }];
    case 'outputs':
      return [
        ...cause.deleted.map((path) => `${path} was deleted`),
        ...cause.edited.map((path) => `${path} is not as it was made: it was edited`),
      ].map((line) => ({ line: evicted ? `${line}, and no cache has it any more` : line }));
    case 'isolation':
      return [{ line: `the last result of ${name} came from a weaker sandbox than is asked for now` }];
    case 'forced':
      return [{ line: '--force was given' }];
  }
}

/** Of the same name elsewhere what differs comes first; another's differences are only a hint. */
function tellNeverBuilt(
  name: string,
  nearest: Extract<Cause, { kind: 'never-built' }>['nearest'],
): readonly Told[] {
  const never = { line: `${name} was never built here` };
  if (!nearest) return [never];
  const changes = tellChanges(nearest.changes);
  if (actionName(nearest.id) !== name) {
    const differs = changes.length === 0 ? 'which has the same key' : 'which differs in this:';
    return [
      never,
      { line: `the nearest that is known is ${actionName(nearest.id)}, ${differs}` },
      ...changes,
    ];
  }
  if (changes.length === 0) return [{ line: `${never.line}, but by another checkout, with the same key` }];
  const note = { line: `it was never built here: this is against what another checkout has built` };
  return [...changes.slice(0, 1), note, ...changes.slice(1)];
}

/** The label, and the action where a target has several. */
export const actionName = (id: string): string => id.replace(/%(command|test)$/, '').replace('%', ' ');

/** `host/run`, as the result says it. */
export function makerText(maker: string): string {
  const at = maker.lastIndexOf('/');
  return at < 0 ? maker : `run ${maker.slice(at + 1)} on ${maker.slice(0, at)}`;
}

export function predictionJson({ node, verdict, key }: Prediction): object {
  return {
    action: node.id,
    verdict: verdict.kind,
    ...(key ? { key: key.key } : {}),
    ...(verdict.kind === 'up-to-date' ? {} : { reason: verdict }),
  };
}
