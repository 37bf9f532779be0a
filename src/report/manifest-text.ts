import type { Totals } from '../model/record.ts';

/** The body of a manifest by its lines, so that a small change need not make all of them anew. */
export interface ManifestLines {
  readonly toolVersions: string;
  readonly inputFingerprint: string;
  readonly inputs: readonly string[];
  readonly artifacts: readonly string[];
  /** Of runs that validate something; such a run's lines are never taken over by the next one. */
  readonly validation?: string;
  /** One per target of the graph, in its order. */
  readonly steps: readonly string[];
}

export function bodyText(lines: ManifestLines, totals: Totals): string {
  const { total, executed, failed, local_hits, remote_hits, up_to_date, skipped } = totals;
  return [
    `"tool_versions":${lines.toolVersions}`,
    `"input_fingerprint":"${lines.inputFingerprint}"`,
    `"inputs":${listText(lines.inputs)}`,
    `"steps":${listText(lines.steps)}`,
    `"artifacts":${listText(lines.artifacts)}`,
    ...(lines.validation === undefined ? [] : [`"validation_report":${lines.validation}`]),
    `"totals":${JSON.stringify({ total, executed, failed, local_hits, remote_hits, up_to_date, skipped })}}\n`,
  ].join(',\n');
}

/** The lines of a text that `bodyText` wrote; undefined: it is another version's. */
export function bodyLines(text: string): ManifestLines | undefined {
  const lines = text.split('\n');
  let at = 0;
  const single = (key: string): string | undefined => {
    const line = lines[at++] ?? '';
    return line.startsWith(`"${key}":`) && line.endsWith(',') ? line.slice(key.length + 3, -1) : undefined;
  };
  const list = (key: string): string[] | undefined => {
    const first = lines[at++];
    if (first === `"${key}":[],`) return [];
    if (first !== `"${key}":[`) return undefined;
    const end = lines.indexOf('],', at);
    if (end < 0) return undefined;
    const items = lines.slice(at, end).map((line, i, all) => (i < all.length - 1 ? line.slice(0, -1) : line));
    at = end + 1;
    return items;
  };
  const toolVersions = single('tool_versions');
  const inputFingerprint = single('input_fingerprint')?.slice(1, -1);
  const inputs = list('inputs');
  const steps = list('steps');
  const artifacts = list('artifacts');
  if (toolVersions === undefined || inputFingerprint === undefined || !inputs || !steps || !artifacts)
    return undefined;
  return { toolVersions, inputFingerprint, inputs, artifacts, steps };
}

const listText = (items: readonly string[]): string =>
  items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`;
