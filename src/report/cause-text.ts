import type { Cause, Prediction, Verdict } from '../engine/predict.ts';
import { describeFailure } from './failure-text.ts';

export interface FieldChange {
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

/** One difference between two keys, in plain words. */
export function describeChange({ field, before, after }: FieldChange): string {
  const what = describeField(field);
  if (before === undefined) return `${what} is new: ${cut(after ?? '')}`;
  if (after === undefined) return `${what} is gone; it was ${cut(before)}`;
  return `${what} changed from ${cut(before)} to ${cut(after)}`;
}

/** Fields of the key as its describer names them. */
function describeField(field: string): string {
  const [kind = '', ...rest] = field.split(' ');
  const name = rest.join(' ');
  if (kind === 'input') return name;
  if (kind === 'tool' || kind === 'base')
    return `${kind === 'tool' ? 'the tool' : 'the base system:'} ${name}`;
  if (field.startsWith('env.')) return `the variable ${field.slice(4)}`;
  if (field.startsWith('argv[')) return `word ${field.slice(5, -1)} of the command`;
  return `the ${field}`;
}

const MAX = 160;

function cut(text: string): string {
  const short = text.replace(/^sha256 ([0-9a-f]{12})[0-9a-f]{52}/, '$1…');
  const line = JSON.stringify(short).slice(1, -1);
  return line.length <= MAX ? line : `${line.slice(0, MAX)}…`;
}

export function describeCause(cause: Cause): string[] {
  switch (cause.kind) {
    case 'never-built':
      return ['it was never built here'];
    case 'changed':
      return cause.changes.map(describeChange);
    case 'key-changed':
      return ['something of its key changed; what it was before is not known any more'];
    case 'outputs':
      return cause.paths.map((path) => `its output ${path} is not as it was made (deleted or edited)`);
    case 'isolation':
      return ['the last result came from a weaker sandbox than is asked for now'];
    case 'forced':
      return ['--force was given'];
  }
}

export function describeVerdict(verdict: Verdict): {
  readonly what: string;
  readonly why: readonly string[];
} {
  switch (verdict.kind) {
    case 'up-to-date':
      return { what: 'is up to date', why: [] };
    case 'restore':
      return { what: `would be taken from the ${verdict.from} cache`, why: describeCause(verdict.cause) };
    case 'run':
      return { what: 'would run', why: describeCause(verdict.cause) };
    case 'depends':
      return { what: 'may run', why: [`it waits for ${verdict.on.map(actionName).join(', ')}`] };
    case 'blocked':
      return { what: 'cannot run', why: [describeFailure(verdict.failure).what] };
  }
}

/** The label, and the action where a target has several. */
export const actionName = (id: string): string => id.replace(/%(command|test)$/, '').replace('%', ' ');

export function predictionJson({ node, verdict, key }: Prediction): object {
  return {
    action: node.id,
    verdict: verdict.kind,
    ...(key ? { key: key.key } : {}),
    ...(verdict.kind === 'up-to-date' ? {} : { reason: verdict }),
  };
}
