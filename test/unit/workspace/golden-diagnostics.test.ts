import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { compareDiagnostics, renderDiagnostic } from '../../../src/report/render-diagnostic.ts';
import { discoverPackages } from '../../../src/workspace/discover-packages.ts';
import { createExternalNames } from '../../../src/workspace/external-names.ts';
import { loadConfig } from '../../../src/workspace/load-config.ts';
import { createNodeReader } from '../../../src/workspace/node-reader.ts';
import { parseBuildFile } from '../../../src/workspace/parse-build-file.ts';
import { placeInTarget } from '../../../src/workspace/place-of.ts';
import { resolveSources } from '../../../src/workspace/resolve-sources.ts';
import { tempWorkspace } from './temp-workspace.ts';

/** What a person sees for a whole workspace: its configuration, its packages, their `srcs`. */
function messages(files: Parameters<typeof tempWorkspace>[0]): string {
  const reader = createNodeReader(tempWorkspace(files));
  const diagnostics: Diagnostic[] = [...loadConfig(reader).diagnostics];
  for (const path of discoverPackages(reader, []).packages) {
    const read = reader.readText(`${path}/BUILD.toml`, 1e6);
    const { pkg, diagnostics: own } = parseBuildFile(path, read.ok ? read.text : '');
    diagnostics.push(...own);
    const externals = createExternalNames(path);
    for (const target of pkg?.targets ?? []) {
      const value = target.attributes['srcs'];
      const place = (rest: readonly (string | number)[], part: 'key' | 'value') =>
        placeInTarget(reader, target, ['srcs', ...rest], part);
      if (value !== undefined)
        diagnostics.push(
          ...resolveSources({ reader, packageDir: path, value, place, externals }).diagnostics,
        );
    }
  }
  return diagnostics
    .sort(compareDiagnostics)
    .map((d) => renderDiagnostic(d, { color: false }))
    .join('\n');
}

/** RECOMP_UPDATE_GOLDEN=1 writes them anew: read the difference before it is committed. */
function expectGolden(name: string, actual: string): void {
  const path = new URL(`../../golden/diagnostics/${name}.txt`, import.meta.url);
  if (process.env['RECOMP_UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, 'utf8'));
}

describe('what a person sees', () => {
  it('mistakes in recomp.toml', () =>
    expectGolden(
      'recomp-toml',
      messages({
        'recomp.toml': `[workspace]
name = "my demo"
ignore = ["../x/**"]

[cache]
max_sise = "20GB"
max_size = "20 gigabytes"
remote_mode = "readonly"

[tools.cc]
comand = "gcc"

[pools]
link = 0
`,
      }),
    ));

  it('mistakes in BUILD.toml', () =>
    expectGolden(
      'build-toml',
      messages({
        'recomp.toml': '',
        'lib/BUILD.toml': `[package]
visibility = ["//a/../b"]

[defaults]
timeot = "60s"
env = { MODE = 1 }

[[target]]
name = "report"
rule = "command"

[[target]]
	name = "report"	# 漢字
rule = "command"

[[target]]
name = "all"
rule = "command"

[[target]]
nmae = "x"
`,
        'single/BUILD.toml': '[target]\nname = "x"\n',
        'open/BUILD.toml': '[[target]]\nname = "x\nrule = "command"\n',
        'twice/BUILD.toml': '[[target]]\nname = "x"\nname = "y"\n',
        'two words/BUILD.toml': '',
      }),
    ));

  it('mistakes in sources', () =>
    expectGolden(
      'sources',
      messages({
        'recomp.toml': '',
        'p/a.txt': '',
        'p/data/x.bin': '',
        'p/sub/BUILD.toml': '',
        'p/sub/in.txt': '',
        'p/out.txt': { link: '/etc/passwd' },
        'p/BUILD.toml': `[[target]]
name = "t"
rule = "command"
srcs = [
  "b.txt",
  "*.txt",
  "data",
  "sub/in.txt",
  "../secret.txt",
  "/etc/passwd",
  "out.txt",
  ":other",
  { glob = "none/**" },
  { glob = ["data/*.bin", "[a"] },
  { glob = "data/**", exlude = ["data/tmp/**"] },
  { external = "rel/file.nro" },
  { external = "/games/file.nro", sha256 = "abc" },
  7,
]
`,
      }),
    ));
});
