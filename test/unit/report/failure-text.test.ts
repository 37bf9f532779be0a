import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../src/report/failure-text.ts';

describe('what to do about', () => {
  it('a command that could not be started', () => {
    expect(describeFailure({ kind: 'exit', blame: 'input', exitCode: 126 }).next).toContain('128 KiB');
    expect(describeFailure({ kind: 'exit', blame: 'input', exitCode: 127 }).next).toContain('`tools`');
    expect(describeFailure({ kind: 'exit', blame: 'input', exitCode: 1 })).toEqual({ what: 'exit code 1' });
  });

  it('a sandbox is its own help where it has one', () => {
    const failure = { kind: 'sandbox', blame: 'environment', message: 'm' } as const;
    expect(describeFailure({ ...failure, help: 'make room' }).next).toBe('make room');
    expect(describeFailure(failure).next).toContain('recomp doctor');
  });
});
