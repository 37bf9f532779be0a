import { describe, expect, it } from 'vitest';
import { checkNative } from '../../../src/cli/doctor/check-native.ts';
import { checkNode } from '../../../src/cli/doctor/check-node.ts';
import { exitCodeOf, type Finding } from '../../../src/cli/doctor/finding.ts';
import { installAdvice } from '../../../src/cli/doctor/install-advice.ts';
import { renderFindings } from '../../../src/cli/doctor/render-findings.ts';

const NAMES = { apt: 'a-pkg', dnf: 'd-pkg', pacman: 'p-pkg', apk: 'k-pkg' };

describe('installAdvice', () => {
  it.each([
    ['ID=debian\n', 'apt install a-pkg'],
    ['NAME="x"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', 'apt install a-pkg'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'dnf install d-pkg'],
    ['ID=arch', 'pacman -S p-pkg'],
    ['ID=alpine\n', 'apk add k-pkg'],
  ])('on %j', (osRelease, advice) => expect(installAdvice(NAMES, osRelease)).toBe(advice));

  it.each(['', 'ID=plan9\n', 'ID=constructor\n'])('names the common ones on %j', (osRelease) =>
    expect(installAdvice(NAMES, osRelease)).toMatch(/Debian.*a-pkg.*Fedora.*d-pkg.*Arch.*p-pkg/),
  );
});

describe('checkNode', () => {
  it.each([
    ['18.20.0', 'broken'],
    ['20.18.3', 'broken'],
    ['20.19.0', 'ok'],
    ['22.1.0', 'ok'],
  ])('%s is %s', (version, state) => expect(checkNode(version).state).toBe(state));
});

describe('checkNative', () => {
  it('says whether it is there, and whether it could be', () => {
    expect(checkNative(false, {})).toMatchObject({
      state: 'optional',
      help: expect.stringContaining('C compiler'),
    });
    expect(checkNative(false, { RECOMP_NATIVE: 'off' }).found).toContain('RECOMP_NATIVE');
    expect(checkNative(true, {}).state).toBe('ok');
  });
});

describe('the exit code', () => {
  const finding = (state: Finding['state'], blame?: 'machine' | 'workspace'): Finding => ({
    name: 'x',
    state,
    found: '',
    ...(blame ? { blame } : {}),
  });

  it.each([
    [0, [finding('ok'), finding('optional'), finding('warning')]],
    [2, [finding('ok'), finding('broken', 'workspace')]],
    [4, [finding('broken', 'machine')]],
    [4, [finding('broken', 'workspace'), finding('broken', 'machine')]],
  ])('is %d', (code, findings) => expect(exitCodeOf(findings)).toBe(code));
});

describe('renderFindings', () => {
  it('lines them up, with the way out below', () =>
    expect(
      renderFindings(
        [
          { name: 'node', state: 'ok', found: '22' },
          { name: 'C compiler', state: 'broken', found: 'none', help: 'get one' },
        ],
        undefined,
      ),
    ).toBe('ok        node        22\nBROKEN    C compiler  none\n                      → get one\n'));
});
