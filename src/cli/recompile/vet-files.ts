import { type Stats, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { intake } from '../../../rules/recompiler/intake/intake.ts';
import { readBytes } from '../../../rules/recompiler/tool/files.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { findOnPath } from '../../tools/find-on-path.ts';
import type { RecompileWords } from './recompile-words.ts';

/** Before anything is made: what is wrong with the files and programs that the words name. */
export function vetFiles(words: RecompileWords): Result<Uint8Array, string> {
  const content = readProgram(words.file);
  if (!content.ok) return content;
  const fault =
    outputFault(words) ?? namesFault(words.names) ?? keepFault(words.keep) ?? compilerFault(words);
  return fault === undefined ? content : err(fault);
}

function readProgram(file: string): Result<Uint8Array, string> {
  const there = look(file);
  if (there === undefined) return err(`there is no file ${file}`);
  if (!there.isFile())
    return err(`${file} is ${there.isDirectory() ? 'a folder' : 'no file'}, not a program`);
  const content = readBytes(file);
  if (!content.ok) return err(`${file} cannot be read`);
  const other = otherKind(content.value);
  if (other !== undefined) return err(`${file} is ${other}`);
  const taken = intake('program', content.value);
  return taken.ok ? ok(content.value) : err(`${file} cannot be recompiled: ${taken.error}`);
}

/** What people try, and what to do instead; undefined: the intake says what is wrong, if anything is. */
function otherKind(content: Uint8Array): string | undefined {
  if (content.length === 0) return 'empty';
  const at = (offset: number, length: number): string =>
    Buffer.from(content.subarray(offset, offset + length)).toString('latin1');
  if (at(0, 2) === '#!') return 'a script: name the program that it starts';
  if (at(0, 2) === 'MZ') return 'a program for Windows; recomp reads NRO and static arm64 ELF';
  if (at(0, 2) === '\x1f\x8b' || at(0, 4) === 'PK\x03\x04') return 'compressed: unpack it first';
  if (at(0, 8) === '!<arch>\n') return 'an archive of objects: link it first, with -static';
  if (at(0, 4) === 'PFS0' || at(0x100, 4) === 'HEAD')
    return 'a package of programs, which recomp does not open: see xci_intake in docs/automation.md';
  return undefined;
}

function outputFault({ file, output }: RecompileWords): string | undefined {
  if (output.endsWith('/') || look(output)?.isDirectory() === true)
    return `${output} is a folder: name the program in it, as in -o ${output.replace(/\/*$/, '')}/${stem(file)}`;
  const folder = dirname(resolve(output));
  if (look(folder)?.isDirectory() !== true)
    return `there is no folder ${dirname(output)} to write the program to`;
  const [from, to] = [look(file), look(output)];
  if (from && to && from.ino === to.ino && from.dev === to.dev)
    return `${output} is the binary itself: the program needs another name`;
  return undefined;
}

const namesFault = (names: string | undefined): string | undefined =>
  names === undefined || look(names)?.isFile() === true ? undefined : `there is no file ${names} with names`;

function keepFault(keep: string | undefined): string | undefined {
  if (keep === undefined || look(keep) === undefined) return undefined;
  if (look(`${keep}/${KEPT_MARK}`) === undefined)
    return `${keep} is there already, and was not left by --keep: name a folder that is not there`;
  return undefined;
}

/** Is in a folder that --keep made, and that it may write over. */
export const KEPT_MARK = '.recomp-recompiled';

function compilerFault({ backend, compiler }: RecompileWords): string | undefined {
  if (backend !== 'c' || findOnPath(compiler, process.env['PATH'] ?? '', process.cwd()).file !== undefined)
    return undefined;
  return `there is no C compiler ${compiler}: install one (on Debian: apt-get install gcc libc6-dev), or use --backend wasm`;
}

export const stem = (file: string): string => basename(file).replace(/(.)\.[^.]*$/, '$1');

/** Of the file that a path leads to; undefined: of none. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
