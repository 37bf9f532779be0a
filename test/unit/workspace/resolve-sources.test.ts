import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/base/canonical-json.ts';
import { createExternalNames } from '../../../src/workspace/external-names.ts';
import { resolveSources } from '../../../src/workspace/resolve-sources.ts';
import { readerOf } from './temp-workspace.ts';

const FILES = {
  'recomp.toml': '',
  'p/BUILD.toml': '',
  'p/a.txt': '',
  'p/b.txt': '',
  'p/.dot': '',
  'p/data/x.bin': '',
  'p/data/tmp/y.bin': '',
  'p/data/.cfg/z.bin': '',
  'p/sub/BUILD.toml': '',
  'p/sub/in.txt': '',
  'p/own/recomp.toml': '',
  'p/own/in.txt': '',
  'p/node_modules/m.txt': '',
  'p/skip/s.txt': '',
  'p/inner.txt': { link: '../other/o.txt' },
  'p/outer.lnk': { link: '/etc/passwd' },
  'p/gone.lnk': { link: 'nowhere' },
  'p/linkdir': { link: '../other' },
  'p/outdir': { link: '/etc' },
  'other/o.txt': '',
  'recomp-out/p/made.txt': '',
  'root.txt': '',
  'recomp-external/x.txt': '',
};

const resolve = (value: Json, packageDir = 'p') => {
  const { files, diagnostics } = resolveSources({
    reader: readerOf(FILES),
    packageDir,
    value,
    place: () => undefined,
  });
  return { files: files.map((f) => f.path), codes: diagnostics.map((d) => d.code), diagnostics };
};

describe('resolveSources', () => {
  it('takes files in their order and a glob by code point, each once', () => {
    const { files, codes } = resolve([
      'b.txt',
      { glob: ['data/**/*.bin', '*.txt'], exclude: ['data/tmp/**'] },
      'a.txt',
    ]);
    expect(files).toEqual(['p/b.txt', 'p/a.txt', 'p/data/x.bin', 'p/inner.txt']);
    expect(codes).toEqual([]);
  });

  it('takes one entry without its list', () => {
    expect(resolve('a.txt').files).toEqual(['p/a.txt']);
    expect(resolve({ external: '/x/y.nro' }).files).toEqual(['recomp-external/p/y.nro']);
  });

  it('follows links that stay inside', () =>
    expect(resolve(['inner.txt', 'linkdir/o.txt'])).toMatchObject({
      files: ['p/inner.txt', 'p/linkdir/o.txt'],
      codes: [],
    }));

  it('opens globs without leaving the package, and dots only where they are said', () => {
    expect(resolve({ glob: '**/*.txt' }).files).toEqual([
      'p/a.txt',
      'p/b.txt',
      'p/inner.txt',
      'p/skip/s.txt',
    ]);
    expect(resolve({ glob: ['.d*', 'data/.cfg/*'] }).files).toEqual(['p/.dot', 'p/data/.cfg/z.bin']);
    expect(resolve({ glob: '**/made.txt', allow_empty: true }, '')).toMatchObject({ files: [], codes: [] });
    expect(resolve({ glob: 'recomp-*/**', allow_empty: true }, '').files).toEqual([]);
  });

  it('does not look into what the workspace ignores', () => {
    const ignored = (path: string) => path === 'p/skip';
    const request = {
      reader: readerOf(FILES),
      packageDir: 'p',
      value: { glob: 'skip/**' },
      place: () => undefined,
      ignored,
    };
    expect(resolveSources(request).diagnostics).toMatchObject([{ code: 'empty-glob' }]);
  });

  it.each([
    ['none.txt', 'missing-source', 'deps'],
    ['a.tx', 'missing-source', 'p/a.txt'],
    ['*.txt', 'missing-source', '{ glob = "*.txt" }'],
    ['data', 'source-is-folder', '{ glob = "data/**" }'],
    ['sub/in.txt', 'crosses-package', '//p/sub'],
    ['sub/none.txt', 'crosses-package', '//p/sub'],
    ['own/in.txt', 'crosses-package', '//p/own'],
    ['../other/o.txt', 'source-leaves-workspace', 'filegroup'],
    ['data/../../other/o.txt', 'source-leaves-workspace', 'filegroup'],
    ['/etc/passwd', 'source-leaves-workspace', 'external'],
    ['outer.lnk', 'source-leaves-workspace', 'external'],
    ['outdir/passwd', 'source-leaves-workspace', 'external'],
    ['gone.lnk', 'missing-source', 'mend the link'],
    [':x', 'source-is-label', 'deps = [":x"]'],
    ['//a:x', 'source-is-label', 'deps = ["//a:x"]'],
    ['', 'bad-path', 'relative'],
    ['./a.txt', 'bad-path', 'leave out'],
    ['a.txt/', 'bad-path', 'leave out'],
    ['data//x.bin', 'bad-path', 'leave out'],
    ['data\\x.bin', 'bad-path', '/'],
    ['a\n.txt', 'bad-path', 'rename'],
    [{ glob: 'none/*' }, 'empty-glob', 'allow_empty'],
    [{ glob: '../*' }, 'bad-glob', undefined],
    [{ glob: '*.lnk' }, 'source-leaves-workspace', 'external'],
    [{ glob: 'gone*' }, 'missing-source', 'mend the link'],
    [{ glob: 5 }, 'wrong-type', undefined],
    [{ glob: '*.txt', exclud: [] }, 'unknown-key', 'exclude'],
    [{ glob: '*.txt', external: '/x' }, 'unknown-key', undefined],
    [{ glob: '*.txt', allow_empty: 'yes' }, 'wrong-type', undefined],
    [{}, 'missing-key', 'glob'],
    [{ globb: '*' }, 'unknown-key', 'glob'],
    [{ external: 'rel' }, 'bad-path', undefined],
    [{ external: '/a/../b' }, 'bad-path', undefined],
    [{ external: '/a', sha256: 'AB' }, 'bad-value', '64'],
    [5, 'wrong-type', 'path'],
    [['a.txt'], 'wrong-type', 'path'],
  ] as [Json, string, string | undefined][])('refuses %j: %s', (entry, code, help) => {
    const { codes, diagnostics } = resolve([entry]);
    expect(codes).toContain(code);
    const found = diagnostics.find((d) => d.code === code);
    if (help !== undefined) expect(found?.help).toContain(help);
  });

  it('refuses what lies among the outputs or what recomp stages', () => {
    expect(resolve('recomp-out/p/made.txt', '').codes).toEqual(['source-in-outputs']);
    expect(resolve('recomp-external/x.txt', '').codes).toEqual(['reserved-path']);
  });

  it('asks for places within the value, and goes on after a fault', () => {
    const places: string[] = [];
    const value = ['none', 'a.txt', { glob: ['*.txt', '[', '../x'] }, { external: '/e', sha256: '' }];
    const place = (rest: readonly (string | number)[], part: string) => {
      places.push(`${part} ${rest.join('.')}`);
      return undefined;
    };
    const { files } = resolveSources({
      reader: readerOf(FILES),
      packageDir: 'p',
      value,
      place,
    });
    expect(places).toEqual(['value 0', 'value 2.glob.1', 'value 2.glob.2', 'value 3.sha256']);
    expect(files.map((f) => f.path)).toEqual(['p/a.txt']);
  });

  it('keeps absolute paths out of names, and names apart', () => {
    const externals = createExternalNames('p');
    expect(
      ['/x/a.bin', '/y/a.bin', '/x/a.bin', '/z/a.bin', '/q/a-2.bin', '/r/.rc', '/s/.rc'].map(
        externals.nameOf,
      ),
    ).toEqual([
      'recomp-external/p/a.bin',
      'recomp-external/p/a-2.bin',
      'recomp-external/p/a.bin',
      'recomp-external/p/a-3.bin',
      'recomp-external/p/a-2-2.bin',
      'recomp-external/p/.rc',
      'recomp-external/p/.rc-2',
    ]);
  });

  it('keeps a pinned digest', () => {
    const sha256 = 'a'.repeat(64);
    const { files } = resolveSources({
      reader: readerOf({}),
      packageDir: '',
      value: { external: '/x/f', sha256 },
      place: () => undefined,
    });
    expect(files).toEqual([{ kind: 'external', from: '/x/f', path: 'recomp-external/f', sha256 }]);
  });

  it('never throws, and never takes what lies elsewhere', () => {
    const reader = readerOf(FILES);
    const piece = fc.constantFrom(
      'a.txt',
      'data',
      'sub',
      '..',
      '.',
      '/',
      '//',
      '*',
      '**',
      '[',
      '{',
      '}',
      ',',
      ':',
      '\\',
      '\0',
      'outdir',
      'linkdir',
      'own',
    );
    const text = fc.array(piece, { maxLength: 6 }).map((p) => p.join(''));
    const entry = fc.oneof(text, fc.record({ glob: text }), fc.record({ external: text }), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (value) => {
        const { files } = resolveSources({
          reader,
          packageDir: 'p',
          value: value as Json,
          place: () => undefined,
        });
        for (const file of files)
          expect(file.path).toMatch(
            /^(p\/(?!sub|own|outdir|node_modules)|recomp-external\/p\/)(?!(.*\/)?\.\.(\/|$))/,
          );
      }),
      { numRuns: 1500 },
    );
  });
});
