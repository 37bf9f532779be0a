import { rmSync } from 'node:fs';
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

  it('compiles, links, runs what it linked, and gives back folders and large files', async () => {
    const built = await runBeside(ws, ['build', '//...']);
    expect(built.code, built.stderr).toBe(0);
    expect(sources(), built.stderr).toEqual(['executor', 'executor', 'executor', 'executor']);
    expect(ws.read('recomp-out/pages/inner/said')).toBe('said far away\n');
    expect(ws.read('recomp-out/count')).toHaveLength(3_000_014);
    forget();
    const again = await runBeside(ws, ['build', '//...']);
    expect(again.code, again.stderr).toBe(0);
    expect(sources()).toEqual(['remote', 'remote', 'remote', 'remote']);
    forget();
    const local = await runBeside(ws, ['build', '//...', '--strategy=local']);
    expect(local.code, local.stderr).toBe(0);
    expect(sources()).toEqual(['executed', 'executed', 'executed', 'executed']);
    expect(ws.read('recomp-out/pages/inner/said')).toBe('said far away\n');
  });

  it('tells what failed, and why', async () => {
    ws.write('main.c', 'int main(void) { return none; }\n');
    const built = await runBeside(ws, ['build', ':program', '--strategy=remote']);
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
