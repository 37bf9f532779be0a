import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { ToolDecl } from '../../model/workspace.ts';
import { type Finding, fine } from './finding.ts';
import { installAdvice, type PackageNames } from './install-advice.ts';

const COMPILER: PackageNames = {
  apt: 'gcc libc6-dev',
  dnf: 'gcc glibc-devel',
  pacman: 'gcc',
  apk: 'gcc musl-dev',
};
const GIT: PackageNames = { apt: 'git', dnf: 'git', pacman: 'git', apk: 'git' };
const CROSS: PackageNames = {
  apt: 'gcc-aarch64-linux-gnu',
  dnf: 'gcc-aarch64-linux-gnu',
  pacman: 'aarch64-linux-gnu-gcc',
  apk: 'gcc-aarch64-none-elf',
};
const EMULATOR: PackageNames = {
  apt: 'qemu-user',
  dnf: 'qemu-user',
  pacman: 'qemu-user',
  apk: 'qemu-aarch64',
};

/** Programs that some targets need. */
export function checkPrograms(): Finding[] {
  return [
    checkCompiler(),
    checkProgram('git', ['git'], `keeps the history of your sources: ${installAdvice(GIT)}`),
    checkProgram(
      'arm64 compiler',
      ['aarch64-linux-gnu-gcc'],
      `makes arm64 samples and references: ${installAdvice(CROSS)}`,
    ),
    checkProgram(
      'arm64 emulator',
      ['qemu-aarch64', 'qemu-aarch64-static'],
      `runs arm64 programs to compare with: ${installAdvice(EMULATOR)}`,
    ),
  ];
}

/** `[tools]` of the workspace: a target that names a missing one fails. */
export function checkTools(tools: Readonly<Record<string, ToolDecl>>): Finding[] {
  return Object.values(tools).map(({ name, command }) => {
    const path = findOnPath(command);
    if (path !== undefined) return fine(`tool ${name}`, path);
    const help = `install it, or name another command in [tools.${name}] of recomp.toml`;
    return { name: `tool ${name}`, state: 'warning', found: `there is no ${command} on PATH`, help };
  });
}

function checkProgram(name: string, commands: readonly string[], help: string): Finding {
  const path = commands.map((command) => findOnPath(command)).find((found) => found !== undefined);
  if (path === undefined) return { name, state: 'optional', found: 'not found', help };
  return fine(
    name,
    firstLine(spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 }).stdout) || path,
  );
}

/** A compiler without headers, or without a linker, is there and of no use: it is made to compile something. */
function checkCompiler(): Finding {
  const name = 'C compiler';
  const help = `makes native programs of lifted code: ${installAdvice(COMPILER)}`;
  const path = ['cc', 'gcc', 'clang']
    .map((command) => findOnPath(command))
    .find((found) => found !== undefined);
  if (path === undefined) return { name, state: 'optional', found: 'not found', help };
  const folder = mkdtempSync(join(tmpdir(), 'recomp-doctor-'));
  try {
    const trial = spawnSync(path, ['-x', 'c', '-', '-o', join(folder, 'trial')], {
      input: '#include <stdio.h>\nint main(void) { return puts("ok") < 0; }\n',
      encoding: 'utf8',
      timeout: 30_000,
    });
    if (trial.status !== 0)
      return { name, state: 'optional', found: `${path} cannot compile: ${firstLine(trial.stderr)}`, help };
    return fine(
      name,
      firstLine(spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 }).stdout) || path,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function findOnPath(command: string, path = process.env['PATH'] ?? ''): string | undefined {
  if (command.includes('/')) return isAbsolute(command) && isProgram(command) ? command : undefined;
  return path
    .split(delimiter)
    .filter((dir) => isAbsolute(dir))
    .map((dir) => join(dir, command))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const firstLine = (text: string | null): string => (text ?? '').split('\n', 1)[0]?.trim() ?? '';
