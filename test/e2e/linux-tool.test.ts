import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutCompiler } from '../support/bare-path.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { missing, titled } from './recompiler/needs.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = 'samples/linux-tool';
const BUILD = `//${SAMPLE}:build`;
const INPUTS = [`${SAMPLE}/input.txt`, `${SAMPLE}/more.txt`];

function sampleWorkspace(): TestWorkspace {
  const ws = createWorkspace();
  cpSync(join(REPOSITORY, SAMPLE), join(ws.root, SAMPLE), { recursive: true });
  cpSync(join(REPOSITORY, 'recomp.toml'), join(ws.root, 'recomp.toml'));
  return ws;
}

interface Case {
  readonly args: readonly string[];
  readonly input?: string;
}

const cases: readonly Case[] = [
  { args: ['-u', ...INPUTS] },
  { args: ['-nr', ...INPUTS] },
  { args: ['-l'], input: 'three\nlines\n\nof text without an end' },
  { args: ['-r'], input: '' },
  { args: [], input: Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 3001} of many\n`).join('') },
  { args: ['-x'] },
  { args: ['-r', 'no-such-file'] },
  { args: ['.'] },
];

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const start = (ws: TestWorkspace, command: readonly string[], { args, input = '' }: Case): Ended => {
  const [program = '', ...words] = command;
  const options = { cwd: ws.root, env: ws.environment(), input, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(program, [...words, ...args], options);
  return { status, stdout, stderr };
};

const qemu = missing('qemu-aarch64-static');
const gcc = missing('gcc');
const cross = missing('aarch64-linux-gnu-gcc');
const program = (ws: TestWorkspace): string => join(ws.root, `recomp-out/${SAMPLE}/build/lines`);

describe('the linux-tool sample', () => {
  it.skipIf(gcc ?? qemu)(titled('does as C and as WebAssembly what it does under qemu', gcc ?? qemu), () => {
    const ws = sampleWorkspace();
    const elf = join(ws.root, SAMPLE, 'linux-tool.elf');
    const expected = cases.map((one) => start(ws, ['qemu-aarch64-static', elf], one));
    expect(expected.map((e) => e.status)).toEqual([0, 0, 0, 0, 0, 2, 1, 1]);
    expect(expected[4]?.stdout).toContain('-- 3000 lines, 9000 words');
    for (const [backend, env] of [['c', {}] as const, ['wasm', withoutCompiler(ws)] as const]) {
      expect(ws.run(['build', BUILD], { env })).toMatchObject({ code: 0 });
      expect(readFileSync(program(ws)).toString('latin1', 1, 4) === 'ELF').toBe(backend === 'c');
      expect(
        cases.map((one) => start(ws, [program(ws)], one)),
        backend,
      ).toEqual(expected);
    }
  });

  it.each(['with a C compiler', 'without one'])('passes its own check %s, and is run by its label', (how) => {
    const ws = sampleWorkspace();
    const env = how === 'without one' ? withoutCompiler(ws) : {};
    expect(ws.run(['test', `//${SAMPLE}:check`], { env })).toMatchObject({ code: 0 });
    const ran = ws.run(['run', BUILD, '--', '-u', ...INPUTS], { env });
    expect(ran).toMatchObject({ code: 0, stdout: ws.read(`${SAMPLE}/expected.txt`) });
    expect(ws.run(['run', BUILD, '--', '-r'], { env, input: 'a\nb\n' }).stdout).toBe(
      'b\na\n-- 2 lines, 2 words, 4 bytes\n',
    );
    expect(ws.run(['run', BUILD, '--', '-x'], { env }).code).toBe(2);
  });

  it('fails its check when it prints something else', () => {
    const ws = sampleWorkspace();
    ws.write(`${SAMPLE}/more.txt`, 'one line more\n');
    expect(ws.run(['test', `//${SAMPLE}:check`], { env: withoutCompiler(ws) }).code).toBe(1);
  });

  it.skipIf(cross)(titled('is rebuilt bit for bit, and is what its provenance says', cross), () => {
    const ws = sampleWorkspace();
    const rebuilt = join(ws.root, 'rebuilt.elf');
    execFileSync(join(ws.root, SAMPLE, 'rebuild.sh'), [rebuilt]);
    expect(readFileSync(rebuilt).equals(readFileSync(join(REPOSITORY, SAMPLE, 'linux-tool.elf')))).toBe(true);
    expect(ws.run(['build', `//${SAMPLE}:intake`])).toMatchObject({ code: 0 });
  });
});
