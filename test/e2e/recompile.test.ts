import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutCompiler } from '../support/bare-path.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { missing, titled } from './recompiler/needs.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));

/** A folder that is no workspace, with a temporary folder of its own. */
function plainFolder(): TestWorkspace & { readonly env: Record<string, string> } {
  const ws = createWorkspace();
  copyFileSync(`${SAMPLES}/linux-tool/linux-tool.elf`, join(ws.root, 'lines.elf'));
  copyFileSync(`${SAMPLES}/first-light/first-light.nro`, join(ws.root, 'first.nro'));
  copyFileSync(`${SAMPLES}/first-light/name_map.json`, join(ws.root, 'name_map.json'));
  const tmp = join(ws.root, '../tmp');
  mkdirSync(tmp);
  return { ...ws, env: { TMPDIR: tmp } };
}

const start = (ws: TestWorkspace, program: string, input: string): string =>
  spawnSync(join(ws.root, program), ['-r'], { env: ws.environment(), input, encoding: 'utf8' }).stdout;

const REVERSED = 'b\na\n-- 2 lines, 2 words, 4 bytes\n';
const gcc = missing('gcc');

describe('recomp recompile', () => {
  it.skipIf(gcc)(titled('makes a native program of one binary, and leaves nothing else', gcc), () => {
    const { env, ...ws } = plainFolder();
    const before = readdirSync(ws.root);
    const made = ws.run(['recompile', 'lines.elf', '-o', 'lines', '--backend=c'], { env });
    expect(made).toMatchObject({ code: 0, stdout: '' });
    expect(made.stderr).toMatch(/lines: a native program, of \d+ instructions in \d+ functions/);
    expect(readFileSync(join(ws.root, 'lines')).toString('latin1', 1, 4)).toBe('ELF');
    expect(start(ws, 'lines', 'a\nb\n')).toBe(REVERSED);
    expect(readdirSync(ws.root)).toEqual([...before, 'lines'].sort());
    expect(readdirSync(env['TMPDIR'] ?? '')).toEqual([]);
    const again = ws.run(['recompile', 'lines.elf', '-o', 'lines', '--backend=c'], { env });
    expect(again.stderr).toMatch(/\d+ actions: \d+ from the cache/);
  });

  it('makes WebAssembly where there is no compiler', () => {
    const { env, ...ws } = plainFolder();
    const bare = { ...withoutCompiler(ws), ...env };
    const made = ws.run(['recompile', 'lines.elf', '-o', 'out.d', '--json'], { env: bare });
    expect(made.code).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({
      program: join(ws.root, 'out.d'),
      files: ['out.d', 'out.d.mjs', 'out.d.wasm'].map((name) => join(ws.root, name)),
      backend: 'wasm',
      functions: expect.any(Number),
    });
    expect(start(ws, 'out.d', 'a\nb\n')).toBe(REVERSED);
    const asked = ws.run(['recompile', 'lines.elf', '-o', 'x', '--backend=c'], { env: bare });
    expect(asked).toMatchObject({ code: 2 });
    expect(asked.stderr).toContain('there is no C compiler cc');
  });

  it('leaves the workspace that was asked for, with names in its C, and writes over no other folder', () => {
    const { env, ...ws } = plainFolder();
    const words = ['recompile', 'first.nro', '-o', 'first', '--names', 'name_map.json', '--backend=wasm'];
    expect(ws.run([...words, '--keep', 'kept'], { env }).code).toBe(0);
    expect(ws.run(['build', '//:build'], { cwd: 'kept', env })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('up to date'),
    });
    const shards = readdirSync(join(ws.root, 'kept/recomp-out/lift/shards'));
    const text = shards.map((shard) => ws.read(`kept/recomp-out/lift/shards/${shard}`)).join('');
    expect(text).toContain('draw_discs');
    expect(ws.run([...words, '--keep', 'kept'], { env }).code).toBe(0);
    ws.write('mine/notes.txt', 'precious');
    const refused = ws.run([...words, '--keep', 'mine'], { env });
    expect(refused.code).toBe(2);
    expect(readdirSync(join(ws.root, 'mine'))).toEqual(['notes.txt']);
  });

  it.each([
    ['no file', ['nothing.nro', '-o', 'x'], 'there is no file nothing.nro'],
    ['a folder', ['.', '-o', 'x'], '. is a folder'],
    ['a script', ['script', '-o', 'x'], 'is a script'],
    ['an empty file', ['empty', '-o', 'x'], 'empty is empty'],
    ['half a program', ['half.nro', '-o', 'x'], 'half.nro cannot be recompiled: NRO header says'],
    ['a program for this machine', [process.execPath, '-o', 'x'], 'cannot be recompiled: not an AArch64 ELF'],
    ['no program to write', ['first.nro'], '`recomp recompile first.nro -o PROGRAM`'],
    ['a folder to write', ['first.nro', '-o', '.'], '-o ./first'],
    ['a folder that is not there', ['first.nro', '-o', 'no/x'], 'there is no folder no'],
    ['the binary itself', ['first.nro', '-o', './first.nro'], 'is the binary itself'],
    ['a level that there is not', ['first.nro', '-o', 'x', '-O9'], '--opt-level is 0, 1, 2, 3, s, not "9"'],
    ['two binaries', ['first.nro', 'lines.elf', '-o', 'x'], 'lines.elf is too much'],
    ['no names', ['first.nro', '-o', 'x', '--names', 'n.json'], 'there is no file n.json with names'],
  ])('says what is wrong: %s', (_, words, message) => {
    const { env, ...ws } = plainFolder();
    writeFileSync(join(ws.root, 'script'), '#!/bin/sh\n');
    writeFileSync(join(ws.root, 'empty'), '');
    writeFileSync(join(ws.root, 'half.nro'), readFileSync(join(ws.root, 'first.nro')).subarray(0, 5000));
    const { code, stdout, stderr } = ws.run(['recompile', ...words], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(existsSync(join(ws.root, 'x'))).toBe(false);
    expect(readdirSync(env['TMPDIR'] ?? '')).toEqual([]);
  });
});
