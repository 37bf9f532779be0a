import type { ProvidedFile, SourceFile } from '../model/target.ts';

/** A file the user named. */
export type InputFile = SourceFile;
/** A declared output of one's own or of a dependency. */
export type OutputFile = Extract<ProvidedFile, { kind: 'output' }>;
/** Every output of every instance of a template. */
export type FileGroup = Extract<ProvidedFile, { kind: 'group' }>;

/** A file (or folder) of the rule package; `path` is where actions find it. */
export interface PackageFile {
  readonly kind: 'tool';
  readonly from: string;
  readonly path: string;
}

/** A small file the rule writes; `path` is where actions find it. */
export interface InlineFile {
  readonly kind: 'inline';
  readonly path: string;
  readonly lines: readonly Word[];
  readonly executable: boolean;
}

/** A tool of `[tools]`. */
export interface HostTool {
  readonly kind: 'host-tool';
  readonly name: string;
}

export type FileHandle = ProvidedFile | PackageFile | InlineFile;

/** Each file's path with something before it: `-I`. */
export interface PrefixedFiles {
  readonly files: readonly FileHandle[];
  readonly prefix: string;
}

/** A piece of a command line: text, a tool, or files, each of which becomes a word and an input. */
export type Word = string | HostTool | FileHandle | readonly FileHandle[] | PrefixedFiles;
