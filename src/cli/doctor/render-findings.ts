import { wrap } from '../help/lay-out.ts';
import type { Finding, FindingState } from './finding.ts';

const WORDS: Readonly<Record<FindingState, string>> = {
  ok: 'ok',
  optional: 'optional',
  warning: 'warning',
  broken: 'BROKEN',
};
const WIDTH = 100;

export function renderFindings(findings: readonly Finding[]): string {
  const names = Math.max(...findings.map((finding) => finding.name.length));
  const indent = ' '.repeat(names + 12);
  return findings
    .map(({ name, state, found, help }) => {
      const start = `${WORDS[state].padEnd(8)}  ${name.padEnd(names)}  `;
      const lines = [
        ...wrap(found, WIDTH - indent.length),
        ...(help === undefined ? [] : wrap(`→ ${help}`, WIDTH - indent.length)),
      ];
      return lines.map((line, i) => `${i === 0 ? start : indent}${line}\n`).join('');
    })
    .join('');
}
