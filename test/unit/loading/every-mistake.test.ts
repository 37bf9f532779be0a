import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { builtInRules } from '../../../rules/index.ts';
import { inProcessExpander } from '../../../src/expand/in-process-expander.ts';
import { loadGraph } from '../../../src/loading/load-graph.ts';
import { compareDiagnostics, renderDiagnostic } from '../../../src/report/render-diagnostic.ts';
import { parsePattern } from '../../../src/workspace/label-syntax.ts';
import { defaultConfig } from '../../../src/workspace/load-config.ts';
import { createNodeReader } from '../../../src/workspace/node-reader.ts';
import { tempWorkspace } from '../workspace/temp-workspace.ts';

async function mistakes(buildFile: string): Promise<string> {
  const pattern = parsePattern('//...', '');
  if (!pattern.ok) throw new Error(pattern.error);
  const { loaded, diagnostics } = await loadGraph({
    reader: createNodeReader(tempWorkspace({ 'recomp.toml': '', 'p/BUILD.toml': buildFile })),
    config: defaultConfig('w'),
    patterns: [pattern.value],
    expander: inProcessExpander({ rules: builtInRules, root: '/nowhere' }),
    isThere: () => true,
  });
  expect(loaded).toBeUndefined();
  return [...diagnostics]
    .sort(compareDiagnostics)
    .map((d) => renderDiagnostic(d, { color: false }))
    .join('\n');
}

/** RECOMP_UPDATE_GOLDEN=1 writes it anew: read the difference before it is committed. */
it('all mistakes of a file are told in one go, each with its place', async () => {
  const actual = await mistakes(`[[target]]
name = "wrong_label"
rule = "command"
deps = [":nowhere"]
srcs = ["missing.txt"]
outs = ["../evil"]
shell = "true"

[[target]]
name = "ping"
rule = "command"
deps = [":pong"]
src = ["a.txt"]
outs = ["ping.txt"]
shell = "true"

[[target]]
name = "pong"
rule = "command"
deps = [":ping"]
outs = ["shared"]
timeout = "60"
shell = "true"

[[target]]
name = "round"
rule = "command"
deps = [":round"]
outs = ["same"]
shell = "true"

[[target]]
name = "behind"
rule = "command"
deps = [":round"]
outs = ["same/x"]
shell = "true"

[[target]]
name = "bad name/"
rule = "command"
outs = ["made"]
sehll = "true"

[[target]]
name = "worse name"
rule = "command"
outs = ["twice"]
shell = "true"

[[target]]
name = "behind"
rule = "command"
outs = ["twice"]
shell = "true"
pool = "nobody"

[[target]]
name = "strange"
rule = "comand"

[[target]]
name = "misled"
rule = "command"
deps = ["//q:x", "not a label"]
outs = ["twice/y"]
shell = "true"
`);
  const path = new URL('../../golden/diagnostics/every-mistake.txt', import.meta.url);
  if (process.env['RECOMP_UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, 'utf8'));
});
