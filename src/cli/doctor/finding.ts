/**
 * `optional`: only some targets need it. `warning`: builds run, but not as they should. `broken`: they cannot run, because of
 * the machine or because of what the workspace says.
 */
export type FindingState = 'ok' | 'optional' | 'warning' | 'broken';

export interface Finding {
  readonly name: string;
  readonly state: FindingState;
  readonly found: string;
  /** How to get what lacks. */
  readonly help?: string;
  /** Of what is broken: who must mend it. */
  readonly blame?: 'machine' | 'workspace';
}

export const fine = (name: string, found: string): Finding => ({ name, state: 'ok', found });

export const exitCodeOf = (findings: readonly Finding[]): 0 | 2 | 4 => {
  const broken = findings.filter((finding) => finding.state === 'broken');
  if (broken.some((finding) => finding.blame !== 'workspace')) return 4;
  return broken.length > 0 ? 2 : 0;
};
