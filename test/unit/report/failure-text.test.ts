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

  it('an input that is not there, by where it would be', () => {
    const missing = (path: string, more = {}) =>
      describeFailure({ kind: 'input-missing', blame: 'input', path, ...more });
    expect(missing('/far/x.bin').next).toContain('outside of the workspace');
    expect(missing('/far', { isThere: true })).toMatchObject({ what: '/far is no file' });
    expect(missing('a.txt').next).toContain('deleted while the build ran');
  });
});
