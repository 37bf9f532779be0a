import { describe, expect, it } from 'vitest';
import { discoverPackages } from '../../../src/workspace/discover-packages.ts';
import { readerOf } from './temp-workspace.ts';

const FILES = {
  'recomp.toml': '',
  'BUILD.toml': '',
  'a/BUILD.toml': '',
  'a/deep/er/BUILD.toml': '',
  'auto/automation.toml': '',
  'no/file.txt': '',
  '.hidden/BUILD.toml': '',
  'a/node_modules/x/BUILD.toml': '',
  'recomp-out/a/BUILD.toml': '',
  'nested/recomp.toml': '',
  'nested/BUILD.toml': '',
  'nested/sub/BUILD.toml': '',
  'third_party/BUILD.toml': '',
  'third_party/lib/BUILD.toml': '',
  'folder/BUILD.toml/x': '',
  linked: { link: 'a' },
};

describe('discoverPackages', () => {
  it('finds packages and looks nowhere else', () => {
    const { packages, diagnostics } = discoverPackages(readerOf(FILES), []);
    expect(packages).toEqual(['', 'a', 'a/deep/er', 'auto', 'third_party', 'third_party/lib']);
    expect(diagnostics).toEqual([]);
  });

  it('leaves out what `ignore` names', () => {
    expect(discoverPackages(readerOf(FILES), ['third_party/**', 'a/*/er']).packages).toEqual([
      '',
      'a',
      'auto',
    ]);
    expect(discoverPackages(readerOf(FILES), ['third_party']).packages).not.toContain('third_party/lib');
  });

  it('does not even list what it leaves out', () => {
    const reader = readerOf(FILES);
    discoverPackages(reader, ['third_party/*']);
    const listed = [...reader.observations].filter(([, what]) => what === 'dir').map(([path]) => path);
    expect(listed.sort()).toEqual(
      [
        '',
        'a',
        'a/deep',
        'a/deep/er',
        'auto',
        'folder',
        'folder/BUILD.toml',
        'nested',
        'no',
        'third_party',
      ].sort(),
    );
  });

  it('can start below the root', () =>
    expect(discoverPackages(readerOf(FILES), [], 'a').packages).toEqual(['a', 'a/deep/er']));

  it('finds nothing below what is not there', () =>
    expect(discoverPackages(readerOf(FILES), [], 'none')).toEqual({ packages: [], diagnostics: [] }));
});
