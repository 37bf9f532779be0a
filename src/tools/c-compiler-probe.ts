import { existsSync, realpathSync } from 'node:fs';
import { askTool } from './ask-tool.ts';
import { type FileList, listFiles } from './file-list.ts';
import { findOnPath } from './find-on-path.ts';

/** More of a tool than its own file, each part under a name that means the same on every machine. */
export interface ToolParts {
  readonly parts: readonly { readonly name: string; readonly list: FileList }[];
}

/**
 * A C compiler is a driver: what decides its output are the programs it starts, the objects it links in and the headers on
 * its own search path. Undefined: not a C compiler.
 */
export function probeCCompiler(path: string): ToolParts | undefined {
  if (!COMPILER.test(path.slice(path.lastIndexOf('/') + 1))) return undefined;
  const machine = askTool(path, ['-dumpmachine']);
  if (!machine.ok || !/^\w[\w.-]*-[\w.-]+\s*$/.test(machine.stdout)) return undefined;
  const programs = PROGRAMS.map((name) => ({ name: `program ${name}`, file: programFile(path, name) }));
  const objects = OBJECTS.map((name) => ({
    name: `object ${name}`,
    file: answeredPath(path, `-print-file-name=${name}`),
  }));
  const parts = [...programs, ...objects].flatMap(({ name, file }) =>
    file === undefined ? [] : [{ name, list: listFiles(realpathSync(file)) }],
  );
  const folders = withoutNested([...includeFolders(path, 'c'), ...includeFolders(path, 'c++')]);
  return {
    parts: [...parts, ...folders.map((folder, i) => ({ name: `headers ${i}`, list: listFiles(folder) }))],
  };
}

const COMPILER = /^(?:.*-)?(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(?:-[\d.]+)?$/;

const PROGRAMS = ['cc1', 'cc1plus', 'collect2', 'lto1', 'lto-wrapper', 'as', 'ld'];

const OBJECTS = [
  'crt1.o',
  'Scrt1.o',
  'rcrt1.o',
  'crti.o',
  'crtn.o',
  'crtbegin.o',
  'crtbeginS.o',
  'crtbeginT.o',
  'crtend.o',
  'crtendS.o',
  'libgcc.a',
  'libgcc_eh.a',
  'libgcc_s.so',
  'libgcc_s.so.1',
  'libstdc++.so',
  'libstdc++.a',
  'libc.so',
  'libc.a',
  'libm.so',
  'libm.a',
  'libc_nonshared.a',
  'libpthread.a',
  'libdl.a',
];

function programFile(compiler: string, name: string): string | undefined {
  const answer = askTool(compiler, [`-print-prog-name=${name}`]).stdout.trim();
  return answer === '' ? undefined : findOnPath(answer, '/usr/local/bin:/usr/bin:/bin', '/').file;
}

/** A compiler that has no such file answers with the bare name. */
function answeredPath(compiler: string, question: string): string | undefined {
  const answer = askTool(compiler, [question]).stdout.trim();
  return answer.startsWith('/') && existsSync(answer) ? answer : undefined;
}

function includeFolders(compiler: string, language: 'c' | 'c++'): string[] {
  const { stderr } = askTool(compiler, [`-x${language}`, '-E', '-v', '/dev/null']);
  const start = stderr.indexOf('search starts here:\n', stderr.indexOf('#include <'));
  const end = stderr.indexOf('End of search list.');
  if (start < 0 || end < start) return [];
  const lines = stderr.slice(stderr.indexOf('\n', start) + 1, end).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('/') && existsSync(line))
    .map((line) => realpathSync(line));
}

/** In search order, each file once. */
function withoutNested(folders: readonly string[]): string[] {
  const all = [...new Set(folders)];
  return all.filter((folder) => !all.some((other) => folder.startsWith(`${other}/`)));
}
