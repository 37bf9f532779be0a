import { compareCodePoints } from '../base/order.ts';
import type { Totals } from '../model/record.ts';
import { listText, totalsText } from './manifest-text.ts';

/** Lines of a manifest's lists by what they are about: a path, a label. */
export interface ManifestLists<T = ReadonlyMap<string, string>> {
  readonly inputs: T;
  readonly steps: T;
  readonly artifacts: T;
}

export const NOTHING: ManifestLists = { inputs: new Map(), steps: new Map(), artifacts: new Map() };

/**
 * The body of a manifest in which one entry of each list stands for all that is as in an earlier run's lists: those lie in a
 * file of their own, known by its SHA-256.
 */
export interface CutBody {
  readonly toolVersions: string;
  readonly fingerprint: string;
  readonly identity: string;
  /** What is spelled out. */
  readonly listed: ManifestLists;
  /** How many entries there are in all. */
  readonly counts: ManifestLists<number>;
}

export function cutText(cut: CutBody, totals: Totals): string {
  const list = (name: keyof ManifestLists): string => {
    const listed = [...cut.listed[name]].sort(([a], [b]) => compareCodePoints(a, b)).map(([, text]) => text);
    const unchanged = cut.counts[name] - listed.length;
    const rest = unchanged > 0 ? [JSON.stringify({ unchanged, identity: cut.identity })] : [];
    return `"${name}":${listText([...listed, ...rest])}`;
  };
  return [
    `"tool_versions":${cut.toolVersions}`,
    `"input_fingerprint":"${cut.fingerprint}"`,
    ...LISTS.map(list),
    `"totals":${totalsText(totals)}}\n`,
  ].join(',\n');
}

/** Undefined: it spells everything out. */
export function parseCut(text: string): CutBody | undefined {
  if (!text.includes('\n{"unchanged":')) return undefined;
  const body = entriesOf(JSON.parse(`{${text}`));
  const fingerprint = body.get('input_fingerprint');
  const [inputs, steps, artifacts] = LISTS.map((name) => parseList(body.get(name)));
  const identity = [inputs, steps, artifacts].find((list) => list?.identity !== undefined)?.identity;
  if (!inputs || !steps || !artifacts || identity === undefined || typeof fingerprint !== 'string')
    return undefined;
  return {
    toolVersions: JSON.stringify(body.get('tool_versions') ?? {}),
    fingerprint,
    identity,
    listed: { inputs: inputs.listed, steps: steps.listed, artifacts: artifacts.listed },
    counts: { inputs: inputs.count, steps: steps.count, artifacts: artifacts.count },
  };
}

interface ParsedList {
  readonly listed: Map<string, string>;
  readonly count: number;
  readonly identity: string | undefined;
}

function parseList(value: unknown): ParsedList | undefined {
  if (!Array.isArray(value)) return undefined;
  const listed = new Map<string, string>();
  let unchanged = 0;
  let identity: string | undefined;
  for (const item of value) {
    const entry = entriesOf(item);
    const name = entry.get('path') ?? entry.get('name');
    const rest = entry.get('unchanged');
    const of = entry.get('identity');
    if (typeof name === 'string') listed.set(name, JSON.stringify(item));
    else if (typeof rest !== 'number' || typeof of !== 'string') return undefined;
    else {
      unchanged = rest;
      identity = of;
    }
  }
  return { listed, count: listed.size + unchanged, identity };
}

const entriesOf = (value: unknown): Map<string, unknown> =>
  new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);

const LISTS = ['inputs', 'steps', 'artifacts'] as const;
