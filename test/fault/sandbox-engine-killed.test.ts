import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxKind } from '../../src/model/isolation.ts';
import { makeRig, processesWith } from '../contract/executor-common.ts';
import { until } from '../rig/real-build.ts';
import { atRest } from '../support/processes.ts';

/** An engine that runs one long action with grandchildren, and says when it has begun. */
const ENGINE = `
import { chooseExecutor } from ${JSON.stringify(resolve('src/sandbox/choose-executor.ts'))};
import { existsSync } from 'node:fs';
const [kind, root, mark, started, tree] = process.argv.slice(2);
const chosen = await chooseExecutor({ mode: 'auto', workspaceRoot: root, stateDir: root + '/state', kind });
const inputs = tree === '' ? [] : [{ kind: 'tree', at: 'tree', from: tree }];
const argv = ['/bin/sh', '-c', 'sleep ' + mark + ' & sleep ' + mark + ' & echo begun > recomp-out/p/begun; sleep ' + mark];
process.stdout.write('begun\\n');
await chosen.value.executor.run({ id: 'x', argv, env: {}, inputs, outputs: [{ path: 'recomp-out/p/begun', tree: false }], tools: [], network: false, keepOnFailure: false }, new AbortController().signal);
`;

describe('an engine that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-killed-'));
  const program = join(folder, 'engine.mjs');
  beforeAll(() => {
    writeFileSync(join(folder, 'engine.ts'), ENGINE);
    buildSync({
      entryPoints: [join(folder, 'engine.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const cases: { kind: SandboxKind; tree: boolean }[] = [
    { kind: 'bubblewrap', tree: false },
    { kind: 'bubblewrap', tree: true },
    { kind: 'unshare', tree: false },
    { kind: 'unshare', tree: true },
    { kind: 'staged', tree: false },
    { kind: 'off', tree: false },
  ];
  for (const [i, { kind, tree }] of cases.entries()) {
    it(`leaves nothing running: ${kind}${tree ? ', own root' : ''}`, async ({ skip }) => {
      const rig = await makeRig(kind);
      if (!rig) return skip();
      const mark = `51${process.pid}${i}`;
      const child = spawn(
        process.execPath,
        [program, kind, rig.workspace, mark, '', tree ? rig.workspace : ''],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      await until(() => processesWith(`sleep\0${mark}`).length >= 3, 'three sleep');
      await atRest(child.pid ?? -1);
      child.kill('SIGKILL');
      await new Promise((done) => child.once('exit', done));
      await until(() => processesWith(mark).length === 0, 'none does');
      await rig.close();
    });
  }

  it('leaves folders that the next one sweeps', async () => {
    const rig = await makeRig('staged');
    if (!rig) return;
    const child = spawn(process.execPath, [program, 'staged', rig.workspace, `52${process.pid}`, '', ''], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((done) => child.stdout.once('data', done));
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    const left = (): string[] =>
      [`/dev/shm/recomp-${process.getuid?.()}`, join(rig.workspace, 'state/sandbox')]
        .filter((place) => existsSync(place))
        .flatMap((place) => readdirSync(place))
        .filter((name) => name.startsWith(`p${child.pid}-`));
    expect(left()).toHaveLength(1);
    await (await makeRig('off'))?.close();
    const { chooseExecutor } = await import('../../src/sandbox/choose-executor.ts');
    const next = await chooseExecutor({
      mode: 'off',
      workspaceRoot: rig.workspace,
      stateDir: join(rig.workspace, 'state'),
    });
    if (next.ok) await next.value.executor.close();
    expect(left()).toEqual([]);
    await rig.close();
  });
});
