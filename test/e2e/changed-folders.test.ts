import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const UP_TO_DATE = '1 action up to date';

const listing = (glob: string) => `[[target]]
name = "t"
rule = "command"
srcs = [{ glob = "${glob}", allow_empty = true }, "x"]
outs = ["list"]
shell = "echo $SRCS > $OUT"
`;

function build(ws: TestWorkspace): string {
  const { code, stderr } = ws.run(['build', '//...']);
  expect(code, stderr).toBe(0);
  return stderr;
}

describe('a folder that changed', () => {
  it('is noticed when it is a new one with a dot, and a glob names it', () => {
    const ws = createWorkspace({ 'recomp.toml': '', 'BUILD.toml': listing('.cfg/*.txt'), x: '' });
    build(ws);
    expect(build(ws)).toContain(UP_TO_DATE);
    ws.write('.cfg/a.txt', '1');
    build(ws);
    expect(ws.read('recomp-out/list')).toContain('.cfg/a.txt');
  });

  it('is noticed when it is below one that a rule package brings along', () => {
    const ws = createWorkspace({
      'recomp.toml': '[rules]\nuse = ["./rules.mjs"]\n',
      'rules.mjs': `import { defineRule } from 'recomp/rules';
export default defineRule({
  name: 'find', summary: 'Lists a folder.', attributes: {},
  implement(ctx) {
    const out = ctx.output('list');
    const dir = ctx.packageFile(import.meta.url, './bring');
    ctx.action({ mnemonic: 'Find', argv: ['/bin/sh', '-c', '/bin/ls -aR "$2" > "$1"', 'sh', out, dir], outputs: [out] });
  },
});
`,
      'bring/a': '',
      'BUILD.toml': '[[target]]\nname = "t"\nrule = "find"\n',
    });
    build(ws);
    expect(build(ws)).toContain(UP_TO_DATE);
    ws.write('bring/.hidden/b', '');
    build(ws);
    expect(ws.read('recomp-out/list')).toContain('bring/.hidden:');
    expect(build(ws)).toContain(UP_TO_DATE);
    ws.write('bring/node_modules/c', '');
    build(ws);
    expect(ws.read('recomp-out/list')).toContain('bring/node_modules:');
  });

  it('is noticed when it did so after its files had been listed, while rules were still at work', async () => {
    const ws = createWorkspace({
      'recomp.toml': '[rules]\nuse = ["./rules.mjs"]\n',
      'rules.mjs': `import { defineRule } from 'recomp/rules';
export default defineRule({
  name: 'slow', summary: 'Takes its time.', attributes: {},
  implement(ctx) {
    console.log('expanding');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    const out = ctx.output('slow');
    ctx.action({ mnemonic: 'Touch', argv: ['/bin/sh', '-c', 'echo > $1', 'sh', out], outputs: [out] });
  },
});
`,
      'src/first.txt': '',
      x: '',
      'BUILD.toml': `${listing('src/*.txt')}\n[[target]]\nname = "s"\nrule = "slow"\n`,
    });
    const child = spawn(process.execPath, [inject('recompBin'), 'build', '//...'], {
      cwd: ws.root,
      env: ws.environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (!said.includes('expanding') && `${said}${chunk}`.includes('expanding'))
        ws.write('src/second.txt', '');
      said += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code, said).toBe(0);
    expect(said).toContain('expanding');
    expect(ws.read('recomp-out/list')).not.toContain('second');
    await sleep(50);
    build(ws);
    expect(ws.read('recomp-out/list')).toContain('second');
  });

  it('but has what it had leaves what is known as it is: a build that changes nothing writes nothing of it', async () => {
    const ws = createWorkspace({ 'recomp.toml': '', 'BUILD.toml': listing('*.txt'), x: '' });
    build(ws);
    const state = join(ws.root, '.recomp/state');
    const seen = readdirSync(state).find((name) => name.endsWith('.seen'));
    const before = readFileSync(join(state, seen ?? ''));
    mkdirSync(join(ws.root, 'passing'));
    rmSync(join(ws.root, 'passing'), { recursive: true });
    await sleep(50);
    expect(build(ws)).toContain(UP_TO_DATE);
    expect(readFileSync(join(state, seen ?? '')).equals(before)).toBe(true);
    expect(build(ws)).toContain(UP_TO_DATE);
  });
});
