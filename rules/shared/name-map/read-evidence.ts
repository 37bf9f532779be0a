import { EVIDENCE_SOURCES, type Evidence, LIMITS } from './entry.ts';
import { isRecord, unknownKey } from './json-values.ts';

/** What speaks for a name, or what is wrong with it. */
export function readEvidence(value: unknown): readonly Evidence[] | string | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > LIMITS.evidence)
    return `evidence is a list of at most ${LIMITS.evidence}`;
  const list: Evidence[] = [];
  for (const item of value) {
    const read = readOneEvidence(item);
    if (typeof read === 'string') return `evidence: ${read}`;
    list.push(read);
  }
  return list;
}

function readOneEvidence(item: unknown): Evidence | string {
  if (!isRecord(item)) return 'expected a table with a source';
  const stranger = Object.keys(item).find((key) => !['source', 'detail', 'confidence'].includes(key));
  if (stranger !== undefined) return unknownKey(stranger, ['source', 'detail', 'confidence']);
  const source = EVIDENCE_SOURCES.find((known) => known === item['source']);
  if (source === undefined) return `source is one of ${EVIDENCE_SOURCES.join(', ')}`;
  const { detail, confidence } = item;
  if (detail !== undefined && (typeof detail !== 'string' || detail.length > LIMITS.text))
    return `detail is a text of at most ${LIMITS.text} characters`;
  if (confidence !== undefined && !(typeof confidence === 'number' && confidence >= 0 && confidence <= 1))
    return 'confidence is a number from 0 to 1';
  return {
    source,
    ...(detail === undefined ? {} : { detail }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}
