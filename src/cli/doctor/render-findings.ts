import { wrap } from '../help/lay-out.ts';
import type { Finding, FindingState } from './finding.ts';

const WORDS: Readonly<Record<FindingState, string>> = {
  ok: 'ok',
  optional: 'optional',
  warning: 'warning',
  broken: 'BROKEN',
};
/** Longer lines are hard to read; shorter ones are none. */
const WIDEST = 100;
const NARROWEST = 60;

export function renderFindings(findings: readonly Finding[], columns: number | undefined): string {
  const width = Math.max(NARROWEST, Math.min(WIDEST, columns ?? WIDEST));
  const names = Math.max(...findings.map((finding) => finding.name.length));
  const indent = ' '.repeat(names + 12);
  return findings
    .map(({ name, state, found, help }) => {
      const start = `${WORDS[state].padEnd(8)}  ${name.padEnd(names)}  `;
      const lines = [
        ...wrap(found, width - indent.length),
        ...(help === undefined ? [] : wrap(`→ ${help}`, width - indent.length)),
      ];
      return lines.map((line, i) => `${i === 0 ? start : indent}${line}\n`).join('');
    })
    .join('');
}
