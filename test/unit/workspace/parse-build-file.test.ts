import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBuildFile } from '../../../src/workspace/parse-build-file.ts';

const GOOD = `[package]
visibility = ["//a/...", "-//a/b:all"]

[defaults]
env = { A = "1", B = "2" }
tools = ["cc"]
retries = 2

[[target]]
name = "one"
rule = "command"
env = { B = "3", C = "4" }
srcs = ["a.txt", { glob = "x/**", exclude = ["x/y"] }]
a.b.c = 1

[[target]]
name = "dir/two"
rule = "filegroup"
tools = []
`;

const codes = (text: string, pkg = 'p') =>
  parseBuildFile(pkg, text).diagnostics.map(
    (d) => `${d.code} ${d.span?.line}:${d.span?.column}+${d.span?.length}`,
  );

describe('parseBuildFile', () => {
  it('reads targets with their defaults', () => {
    const { pkg, diagnostics } = parseBuildFile('lib/x', GOOD);
    expect(diagnostics).toEqual([]);
    expect(pkg).toEqual({
      path: 'lib/x',
      file: 'lib/x/BUILD.toml',
      visibility: ['//a/...', '-//a/b:all'],
      targets: [
        {
          label: '//lib/x:one',
          rule: 'command',
          file: 'lib/x/BUILD.toml',
          at: ['target', 0],
          attributes: {
            env: { A: '1', B: '3', C: '4' },
            tools: ['cc'],
            retries: 2,
            srcs: ['a.txt', { glob: 'x/**', exclude: ['x/y'] }],
            a: { b: { c: 1 } },
          },
          defaulted: ['tools', 'retries'],
        },
        {
          label: '//lib/x:dir/two',
          rule: 'filegroup',
          file: 'lib/x/BUILD.toml',
          at: ['target', 1],
          attributes: { env: { A: '1', B: '2' }, tools: [], retries: 2 },
          defaulted: ['env', 'retries'],
        },
      ],
    });
  });

  it('reads an empty file as a package without targets', () =>
    expect(parseBuildFile('', '')).toEqual({
      pkg: { path: '', file: 'BUILD.toml', targets: [] },
      diagnostics: [],
    }));

  it('reports every fault at its place, in one go', () => {
    const text = `[package]
visibilty = []
[defaults]
env = { A = 1 }
[[target]]
rule = "command"
[[target]]
name = "a"
[[target]]
name = "x:y"
rule = "command"
tags = "t"
visibility = ["//ok", "b b"]
`;
    expect(codes(text)).toEqual([
      'unknown-key 2:1+9',
      'wrong-type 4:13+1',
      'missing-key 5:3+6',
      'missing-key 7:3+6',
      'bad-value 13:23+5',
      'wrong-type 12:8+3',
      'bad-name 10:8+5',
    ]);
  });

  it('names both places of a name given twice', () => {
    const target = (name: string) => `[[target]]\nname = "${name}"\nrule = "r"\n`;
    const { pkg, diagnostics } = parseBuildFile('p', target('a') + target('b') + target('a'));
    expect(pkg?.targets.map((t) => t.label)).toEqual(['//p:a', '//p:b']);
    expect(diagnostics).toMatchObject([
      { code: 'duplicate-target', span: { line: 8, column: 8 }, related: [{ span: { line: 2, column: 8 } }] },
    ]);
  });

  it.each([
    ['[target]\nname = "a"', 'wrong-type 1:2+6'],
    ['target = [1]', 'wrong-type 1:11+1'],
    ['targets = []', 'unknown-key 1:1+7'],
    ['"" = 1', 'unknown-key 1:1+2'],
    ['a = "x\nb = 1', 'toml-syntax 1:7+1'],
    ['a = 1\na = 2', 'toml-syntax 2:1+1'],
    ['[[target]]\nname = "a"\nrule = "r"\nx = 1979-05-27', 'wrong-type 4:5+10'],
    ['[[target]]\nname = "a"\nrule = "r"\nx = [1, nan]', 'wrong-type 4:9+3'],
    ['[[target]]\nname = "a"\nrule = "r"\n__proto__ = 1', 'bad-key 4:13+1'],
    [`x = ${'['.repeat(5000)}`, 'toml-syntax 1:69+1'],
    [`x${'.a'.repeat(5000)} = 1`, 'too-deep 1:129+1'],
    ['x = 99999999999999999999', 'toml-syntax 1:5+1'],
  ])('finds the place of a fault, %#', (text, expected) => expect(codes(text)).toEqual([expected]));

  it.each(['a b', 'x/.git', '-x', 'recomp-external', '...'])('refuses the folder %j as a package', (pkg) =>
    expect(codes('', pkg)).toEqual(['bad-package-name 1:1+1']),
  );

  it('says the nearest known key', () =>
    expect(parseBuildFile('', 'defualts = {}').diagnostics[0]?.help).toBe('did you mean "defaults"?'));

  it('says that a file is too large', () =>
    expect(parseBuildFile('', '#'.repeat(5 * 1024 * 1024)).diagnostics).toMatchObject([
      { code: 'file-too-large' },
    ]));

  it('answers a hostile crowd of faults', () => {
    const text = Array.from({ length: 3000 }, (_, i) => `k${i} = 1`).join('\n');
    const { diagnostics } = parseBuildFile('', text);
    expect(diagnostics).toHaveLength(501);
    expect(diagnostics.at(-1)).toMatchObject({
      code: 'too-many-faults',
      message: expect.stringContaining('3000'),
    });
  });
});

describe('hostile files', () => {
  const check = (text: string): void => {
    const { pkg, diagnostics } = parseBuildFile('p', text);
    expect(pkg !== undefined || diagnostics.length > 0).toBe(true);
    for (const { span } of diagnostics) {
      expect(span?.line).toBeGreaterThan(0);
      expect(span?.column).toBeGreaterThan(0);
      expect(span?.length).toBeGreaterThan(0);
    }
  };

  it('random text never throws', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '[[target]]',
      '\n',
      '"',
      "'",
      '"""',
      '=',
      '.',
      ',',
      '{',
      '}',
      'a',
      '1',
      '#',
      '\\',
      '\r',
      '\0',
      '\ud800',
      '1979-05-27',
      '__proto__',
      'constructor',
      'name',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((p) => p.join('')),
        ),
        check,
      ),
      { numRuns: 3000 },
    );
  });

  it('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => check(Buffer.from(bytes).toString('utf8'))),
      { numRuns: 1000 },
    );
  });

  it('good files with something changed never throw', () => {
    const at = fc.nat(GOOD.length);
    fc.assert(
      fc.property(at, fc.nat(12), fc.string({ maxLength: 6 }), (from, cut, put) =>
        check(GOOD.slice(0, from) + put + GOOD.slice(from + cut)),
      ),
      { numRuns: 3000 },
    );
  });
});
