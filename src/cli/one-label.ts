import { parsePattern } from '../workspace/label-syntax.ts';

/** Faulty ones count as labels: whoever loads them says what is wrong. */
export function isOneLabel(text: string): boolean {
  const pattern = parsePattern(text, '');
  return !pattern.ok || (pattern.value.kind === 'target' && !pattern.value.negative);
}
