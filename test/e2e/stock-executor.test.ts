import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runBeside } from '../support/run-beside.ts';
import { absent, startBazelWorker, stockServer } from '../support/stock-servers.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const program = stockServer('bazel-remote-worker');

const BUILD = `
[[target]]
name = "object"
rule = "command"
srcs = ["main.c", "say.h"]
outs = ["main.o"]
tools = ["cc"]
shell = "cc -g0 -c main.c -o $OUT && echo compiled"

[[target]]
name = "program"
rule = "command"
deps = [":object"]
outs = ["program"]
tools = ["cc"]
shell = "cc $DEPS -o $OUT"

[[target]]
name = "pages"
rule = "command"
deps = [":program"]
out_dirs = ["pages"]
shell = "mkdir -p $OUT/inner && $DEPS > $OUT/inner/said && cp $DEPS $OUT/run"

[[target]]
name = "count"
rule = "command"
deps = [":pages"]
outs = ["count"]
shell = "head -c 3000000 /dev/zero | tr '\\\\0' x > $OUT; $DEPS/run >> $OUT"
`;

describe.skipIf(!program)(`a remote executor of Bazel's own${absent('bazel-remote-worker')}`, () => {
  let worker: Awaited<ReturnType<typeof startBazelWorker>>;
  let ws: TestWorkspace;

  beforeAll(async () => {
    worker = await startBazelWorker(program ?? '');
    const first = createWorkspace({
      'recomp.toml': '[workspace]\nname = "w"\n',
      'BUILD.toml': '[[target]]\nname = "a"\nrule = "command"\nouts = ["a"]\nshell = "echo > $OUT"\n',
    });
    // Java is slow to wake up: it is asked until it has done something once.
    for (let code: number | null = 4; code === 4; )
      ({ code } = await runBeside(first, [
        'build',
        ':a',
        '--strategy=remote',
        `--remote-executor=${worker.grpc}`,
      ]));
  }, 300_000);
  afterAll(() => worker?.stop());
  beforeEach(() => {
    ws = createWorkspace({
      'recomp.toml': `[workspace]\nname = "w"\n[remote]\nexecutor = "${worker.grpc}"\n[tools.cc]\ncommand = "cc"\n`,
      'BUILD.toml': BUILD,
      'main.c': '#include "say.h"\n#include <stdio.h>\nint main(void) { puts(WORDS); return 0; }\n',
      'say.h': '#define WORDS "said far away"\n',
    });
  });

  const sources = (): unknown[] =>
    JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json')).steps.flatMap(
      (step: { actions: { source: unknown }[] }) => step.actions.map((action) => action.source),
    );
  const forget = (): void => {
    for (const path of ['.recomp', 'recomp-out']) ws.remove(path);
    rmSync(ws.cache, { recursive: true, force: true });
  };
  /** Nowhere but there. On a machine that is held up for a while, it may be asked again. */
  const there = async (pattern: string): ReturnType<typeof runBeside> => {
    for (let again = 0; ; again++) {
      const built = await runBeside(ws, ['build', pattern, '--strategy=remote']);
      if (built.code !== 4 || again === 9) return built;
      forget();
    }
  };

  it('compiles, links, runs what it linked, and gives back folders and large files', async () => {
    const built = await there('//...');
    expect(built.code, built.stderr).toBe(0);
    // Asked again, it knows what it ran before.
    const ran = sources().filter((source) => source === 'executor' || source === 'remote');
    expect(ran, built.stderr).toHaveLength(4);
    expect(ws.read('recomp-out/pages/inner/said')).toBe('said far away\n');
    expect(ws.read('recomp-out/count')).toHaveLength(3_000_014);
    forget();
    const again = await there('//...');
    expect(again.code, again.stderr).toBe(0);
    expect(sources()).toEqual(['remote', 'remote', 'remote', 'remote']);
    forget();
    const local = await runBeside(ws, ['build', '//...', '--strategy=local']);
    expect(local.code, local.stderr).toBe(0);
    expect(sources()).toEqual(['executed', 'executed', 'executed', 'executed']);
    expect(ws.read('recomp-out/pages/inner/said')).toBe('said far away\n');
  });

  it('gets the tools that are inputs: a rule package’s programs, and what these read', async () => {
    ws.write('recomp.toml', `${ws.read('recomp.toml')}[rules]\nuse = ["./rules/rules.mjs"]\n`);
    ws.write(
      'rules/rules.mjs',
      `import { attr, defineRule } from 'recomp/rules';
export default defineRule({
  name: 'shout',
  summary: 'Says it louder.',
  attributes: { srcs: attr.sources().describe('What is said.') },
  implement(ctx) {
    const tools = ctx.packageFile(import.meta.url, './tools');
    const out = ctx.output('shouted.txt');
    ctx.action({
      mnemonic: 'Shout',
      argv: [\`\${tools.path}/shout.sh\`, ctx.sources('srcs'), out],
      inputs: [tools],
      outputs: [out],
    });
  },
});
`,
    );
    ws.write('rules/tools/shout.sh', '#!/bin/sh\nsed -f "$(dirname "$0")/lib/loud.sed" "$1" > "$2"\n');
    ws.write('rules/tools/lib/loud.sed', 's/words/WORDS/\n');
    chmodSync(join(ws.root, 'rules/tools/shout.sh'), 0o755);
    ws.write('BUILD.toml', '[[target]]\nname = "loud"\nrule = "shout"\nsrcs = ["words.txt"]\n');
    ws.write('words.txt', 'some words\n');
    const built = await there('//...');
    expect(built.code, built.stderr).toBe(0);
    expect(['executor', 'remote']).toContain(sources()[0]);
    expect(ws.read('recomp-out/shouted.txt')).toBe('some WORDS\n');
    ws.write('rules/tools/lib/loud.sed', 's/words/LOUDER/\n');
    const again = await there('//...');
    expect(again.code, again.stderr).toBe(0);
    expect(ws.read('recomp-out/shouted.txt')).toBe('some LOUDER\n');
  });

  it('keeps what nothing here reads, until something does', async () => {
    const words = ['--remote-cache', worker.grpc, '--remote-download=minimal'];
    expect((await runBeside(ws, ['build', '//...', '--remote-cache', worker.grpc])).code).toBe(0);
    forget();
    const known = await runBeside(ws, ['build', '//...', ...words]);
    expect(known.code, known.stderr).toBe(0);
    expect(existsSync(join(ws.root, 'recomp-out/program'))).toBe(false);
    ws.write(
      'BUILD.toml',
      BUILD.replace('> $OUT/inner/said', '> $OUT/inner/said && echo more >> $OUT/inner/said'),
    );
    const more = await runBeside(ws, ['build', ':pages', ...words, '--strategy=local']);
    expect(more.code, more.stderr).toBe(0);
    expect(ws.read('recomp-out/pages/inner/said')).toBe('said far away\nmore\n');
  });

  it('tells what failed, and why', async () => {
    ws.write('main.c', 'int main(void) { return none; }\n');
    const built = await there(':program');
    expect(built.code).toBe(1);
    expect(built.stderr).toContain('none');
    expect(built.stderr).toContain('exit code 1');
  });

  it('runs what is raced, or this machine does', async () => {
    const built = await runBeside(ws, ['build', '//...', '--strategy=race']);
    expect(built.code, built.stderr).toBe(0);
    expect(ws.read('recomp-out/pages/inner/said')).toBe('said far away\n');
  });
});
