import { describe, expect, it } from 'vitest';
import { evaluateGates, evaluateTimedGates } from '../../../src/policy/local-gates.ts';
import { isWithin } from '../../../src/policy/run-window.ts';

const at = (text: string): Date => new Date(`${text}:00.000Z`);

describe('a window', () => {
  // 2026-11-20 is a Friday.
  it.each([
    ['09:00-17:00', '2026-11-20T09:00', true],
    ['09:00-17:00', '2026-11-20T17:00', false],
    ['Mon-Thu 09:00-17:00', '2026-11-20T10:00', false],
    ['Fri 09:00-17:00', '2026-11-20T10:00', true],
    ['Sat-Mon 09:00-17:00', '2026-11-22T10:00', true],
    ['Sat-Mon 09:00-17:00', '2026-11-24T10:00', false],
    ['22:00-06:00', '2026-11-20T05:59', true],
    ['22:00-06:00', '2026-11-20T12:00', false],
    // The night of Thursday is still open on Friday morning, and not again on Friday evening.
    ['Thu 22:00-06:00', '2026-11-20T05:00', true],
    ['Thu 22:00-06:00', '2026-11-20T23:00', false],
    ['Sun 22:00-06:00', '2026-11-23T01:00', true],
  ])('%s at %s: %s', (window, time, open) => expect(isWithin(window, at(time))).toBe(open));
});

describe('gates', () => {
  it('are those that are configured, and say the same whenever they are asked', () => {
    expect(evaluateGates([{ loop: '//', policy: {} }]).map((g) => g.gate)).toEqual(['execution_mode']);
    const policy = [
      { loop: '//a', policy: { requires_approval: true, max_runtime_minutes: 1, allowed_models: [] } },
      { loop: '//b', policy: {} },
    ];
    expect(evaluateGates(policy)).toEqual(evaluateGates(policy));
    expect(evaluateGates(policy).map((g) => g.verdict)).toEqual([
      'pass',
      'would_block',
      'depends_on_time',
      'pass',
      'pass',
    ]);
    expect(evaluateGates(policy).map((g) => g.loop)).toEqual(['//a', '//a', '//a', '//a', '//b']);
  });
  it('have answers that depend on the clock apart', () => {
    const policy = [{ loop: '//', policy: { max_runtime_minutes: 1, run_windows: ['Fri 09:00-10:00'] } }];
    const start = at('2026-11-20T09:30').getTime();
    expect(evaluateTimedGates(policy, start, start + 60_000).map((g) => g.verdict)).toEqual(['pass', 'pass']);
    const late = evaluateTimedGates(policy, start + 3_600_000, start + 3_660_601);
    expect(late.map((g) => g.verdict)).toEqual(['would_block', 'would_block']);
  });
});
