import type { Digest, Sha256 } from '../model/digest.ts';
import type { OutputResult } from '../model/result.ts';
import type { FileSignature } from '../ports/blob-store.ts';

/** What a file holds now. */
export interface FileContent {
  readonly digest: Digest;
  readonly executable: boolean;
}

export type FileLook =
  | { readonly kind: 'file'; readonly content: FileContent }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-a-file' };

/** Two actions may read a file at once, and one of them find that it was edited: what the other one started from stays known. */
export interface FileMark {
  /** What `look` stood on; undefined: it was not looked at in this build. */
  readonly fact: object | undefined;
  /** What it held by that; undefined with `fact`. */
  readonly hash: Sha256 | undefined;
  readonly sig: FileSignature | undefined;
}

/** What the files outside of this build's outputs hold; looked at once per build, remembered between builds. */
export interface FileFacts {
  /** Absolute path. */
  look(path: string): FileLook;
  /** What is known of a file by now, for whoever is about to read it. */
  mark(path: string): FileMark;
  /** The file is still what it was when it was marked. */
  stillAsMarked(path: string, mark: FileMark): boolean;
  /** Look anew next time. */
  forget(path: string): void;
  /** We have just written these bytes there. */
  wrote(path: string, content: FileContent): void;
  /** The same where it is known what `lstat` says of it. */
  wroteAs(path: string, content: FileContent, signature: FileSignature): void;
}

/** The outputs that are known so far in this build, by path and by template. */
export interface KnownOutputs {
  readonly byPath: ReadonlyMap<string, OutputResult>;
  /** Template's action id → every output of every instance, in path order. */
  readonly groups: ReadonlyMap<string, readonly OutputResult[]>;
}
