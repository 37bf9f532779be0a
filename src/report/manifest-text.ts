import type { Totals } from '../model/record.ts';

/** The body of a manifest by its lines, each a line of its text too. */
export interface ManifestLines {
  readonly toolVersions: string;
  readonly inputs: readonly string[];
  readonly artifacts: readonly string[];
  /** Of runs that validate something. */
  readonly validation?: string;
  /** One per target of the graph, in its order. */
  readonly steps: readonly string[];
}

/** `fingerprint`: of `inputs`, as they are joined here. */
export function bodyText(lines: ManifestLines, fingerprint: string, totals: Totals): string {
  return [
    `"tool_versions":${lines.toolVersions}`,
    `"input_fingerprint":"${fingerprint}"`,
    `"inputs":${listText(lines.inputs)}`,
    `"steps":${listText(lines.steps)}`,
    `"artifacts":${listText(lines.artifacts)}`,
    ...(lines.validation === undefined ? [] : [`"validation_report":${lines.validation}`]),
    `"totals":${totalsText(totals)}}\n`,
  ].join(',\n');
}

export function totalsText(totals: Totals): string {
  const { total, executed, failed, local_hits, remote_hits, up_to_date, skipped } = totals;
  return JSON.stringify({ total, executed, failed, local_hits, remote_hits, up_to_date, skipped });
}

export const joined = (items: readonly string[]): string => items.join(',\n');

export const listText = (items: readonly string[]): string =>
  items.length === 0 ? '[]' : `[\n${joined(items)}\n]`;
