import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import type { RecompileWords } from './recompile-words.ts';
import { KEPT_MARK, stem } from './vet-files.ts';

/** Where one binary is recompiled: a workspace like any other, whose targets are the recompiler's stages. */
export interface ProgramWorkspace {
  readonly root: string;
  /** What it has that need not stay. */
  discard(): void;
}

/** Every file is called the same whatever the binary is called: the same code has the same keys. */
const BINARY = 'program.bin';
const MADE = 'program';

export const PROGRAM_LABEL = '//:build';
export const PROGRAM_FOLDER = 'recomp-out/build';
export const LIFT_REPORT = 'recomp-out/lift/lift-report.json';
export const programFile = (suffix: string): string => `${PROGRAM_FOLDER}/${MADE}${suffix}`;

export function makeProgramWorkspace(words: RecompileWords, binary: Uint8Array): ProgramWorkspace {
  const root = makeRoot(words.keep);
  const names = words.names === undefined ? undefined : `names${extname(words.names)}`;
  const write = (path: string, content: string | Uint8Array): void =>
    writeFileSync(join(root, path), content);
  write('recomp.toml', configText(words));
  write('BUILD.toml', buildText(words, names));
  write('.gitignore', 'recomp-out/\n.recomp/\n');
  write(KEPT_MARK, '');
  write(BINARY, binary);
  if (names !== undefined) write(names, readFileSync(words.names ?? ''));
  return {
    root,
    discard: () => {
      if (words.keep === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

function makeRoot(keep: string | undefined): string {
  // Links on the way would make the same place two.
  if (keep === undefined) return mkdtempSync(join(realpathSync(tmpdir()), 'recomp-recompile-'));
  mkdirSync(keep, { recursive: true });
  return realpathSync(keep);
}

const configText = ({ compiler }: RecompileWords): string => `[workspace]
name = "recompiled"

[tools.cc]
command = ${JSON.stringify(compiler.includes('/') ? resolve(compiler) : compiler)}
`;

const buildText = (
  { file, backend, optLevel }: RecompileWords,
  names: string | undefined,
): string => `# Made by \`recomp recompile\`: \`recomp build //:build\` makes the program again.

[[target]]
name = "intake"
rule = "homebrew_intake"
src = "${BINARY}"
module_name = "${moduleName(file)}"
${
  names === undefined
    ? ''
    : `
[[target]]
name = "analysis"
rule = "analysis"
intake = ":intake"
symbols = ["${names}"]
`
}
[[target]]
name = "lift"
rule = "homebrew_lift"
intake = ":intake"
${names === undefined ? '' : 'analysis = [":analysis"]\n'}
[[target]]
name = "build"
rule = "recompiled_binary"
lift = ":lift"
backend = "${backend}"
opt_level = "${optLevel}"
program = "${MADE}"
`;

/** A binary may be called anything. */
const moduleName = (file: string): string =>
  stem(file)
    .replace(/[^\w.+-]+/g, '_')
    .slice(0, 64);
