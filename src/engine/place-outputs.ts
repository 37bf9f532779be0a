import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Digest } from '../model/digest.ts';
import { OUTPUT_DIR } from '../model/exec-paths.ts';
import type { OutputResult } from '../model/result.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { FileFacts } from './content.ts';
import { outputBase, outputPlace } from './output-place.ts';

/**
 * Puts outputs where the user looks for them. A file appears whole or not at all: it is written under another name and renamed.
 * The old file is unlinked first, because ext4 flushes to disk on a rename over an existing one.
 *
 * Modification times are set a second back: a later edit in the same clock tick then still changes the signature.
 */
export class OutputPlacer {
  readonly #root: string;
  readonly #facts: FileFacts;
  readonly #folders = new Set<string>();
  /** Where outputs have been written so far. */
  readonly #bases = new Set<string>();
  readonly #stamped = new Map<string, number>();
  readonly #putBack = new Set<string>();
  #serial = 0;

  constructor(root: string, facts: FileFacts) {
    this.#root = root;
    this.#facts = facts;
  }

  /** Small content that is in memory. */
  placeBytes(bytes: Uint8Array, output: OutputResult & { kind: 'file' }): void {
    this.#insist(() => this.#placeBytes(bytes, output));
  }

  #placeBytes(bytes: Uint8Array, output: OutputResult & { kind: 'file' }): void {
    const { temporary, final } = this.#prepare(output);
    const fd = openSync(temporary, 'wx', output.executable ? 0o755 : 0o644);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      futimesSync(fd, this.#stamp(), this.#stamp());
    } finally {
      closeSync(fd);
    }
    this.#swap(temporary, final);
    this.#facts.wrote(final, output);
  }

  /** From a folder outside of the workspace's outputs. */
  placeCopy(output: OutputResult, from: string): void {
    this.#insist(() => this.#placeCopy(output, from));
  }

  #placeCopy(output: OutputResult, from: string): void {
    const { temporary, final } = this.#prepare(output);
    if (output.kind === 'file') this.#copy(from, temporary, output.executable);
    else {
      this.#layTree(output, temporary);
      for (const file of output.content.files)
        this.#copy(`${from}/${file.path}`, `${temporary}/${file.path}`, file.executable);
    }
    this.#swap(temporary, final);
    this.noteInPlace(output);
  }

  /** Files that are gone, as far as the store can put many back at once. Nobody waits for the others here. */
  placeMany(outputs: readonly FileOutput[], blobs: BlobStore): void {
    const files = outputs.map((output) => ({
      digest: output.digest,
      executable: output.executable,
      path: outputPlace(this.#root, output),
      temporary: this.#temporary(outputBase(this.#root, output.home)),
    }));
    const placed = blobs.placeMany?.(files, this.#stamp() * 1000) ?? [];
    files.forEach(({ path }, i) => {
      const [signature, output] = [placed[i], outputs[i]];
      if (!signature || !output) return;
      this.#facts.wroteAs(path, output, signature);
      this.#putBack.add(path);
    });
  }

  get hasAnyBack(): boolean {
    return this.#putBack.size > 0;
  }

  /** By `placeMany`, all of it. */
  hasPutBack(outputs: readonly OutputResult[]): boolean {
    return (
      outputs.length > 0 && outputs.every((output) => this.#putBack.has(outputPlace(this.#root, output)))
    );
  }

  /** From the store. False: a blob is gone, nothing was changed. */
  async placeBlobs(output: OutputResult, blobs: BlobStore): Promise<boolean> {
    try {
      return await this.#placeBlobs(output, blobs);
    } catch (error) {
      this.#startOver(error);
      return this.#placeBlobs(output, blobs);
    }
  }

  async #placeBlobs(output: OutputResult, blobs: BlobStore): Promise<boolean> {
    const { temporary, final } = this.#prepare(output);
    if (!(await this.#fetchAll(output, temporary, blobs))) {
      rmSync(temporary, { recursive: true, force: true });
      return false;
    }
    this.#swap(temporary, final);
    this.noteInPlace(output);
    return true;
  }

  /** Somebody may remove all outputs in the middle of a build: its folders are made again, once. */
  #insist(place: () => void): void {
    try {
      place();
    } catch (error) {
      this.#startOver(error);
      place();
    }
  }

  #startOver(error: unknown): void {
    if (!isCode(error, 'ENOENT') && !isNamed(error, 'StorageFailure')) throw error;
    this.#folders.clear();
    this.#bases.clear();
  }

  /** The output already lies at its place, unstamped. */
  stampInPlace(path: string): void {
    const final = `${this.#root}/${path}`;
    utimesSync(final, this.#stamp(), this.#stamp());
    this.#stamped.set(final, lstatSync(final).mtimeMs);
  }

  noteInPlace(output: OutputResult): void {
    const final = outputPlace(this.#root, output);
    if (output.kind === 'file') this.#note(final, output);
    else for (const file of output.content.files) this.#facts.wrote(`${final}/${file.path}`, file);
  }

  /** Hashed where it lay: whatever has written to it since the stamp is not what was hashed. */
  #note(final: string, output: OutputResult & { kind: 'file' }): void {
    const stamped = this.#stamped.get(final);
    if (stamped === undefined || lstatSync(final).mtimeMs === stamped) this.#facts.wrote(final, output);
    else this.#facts.forget(final);
  }

  remove(output: Pick<OutputResult, 'path' | 'home'>): void {
    const path = outputPlace(this.#root, output);
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      // An older output is a file where this one has a folder.
      if (!isCode(error, 'ENOTDIR')) throw error;
    }
    this.#facts.forget(path);
  }

  /** Nothing unfinished is left behind. The folder stays: making and removing it each time is slower than all the rest. */
  close(): void {
    for (const base of this.#bases) emptied(`${base}/${UNFINISHED}`);
  }

  async #fetchAll(output: OutputResult, temporary: string, blobs: BlobStore): Promise<boolean> {
    if (output.kind === 'file') return this.#fetch(output.digest, output.executable, temporary, blobs);
    this.#layTree(output, temporary);
    for (const file of output.content.files) {
      if (!(await this.#fetch(file.digest, file.executable, `${temporary}/${file.path}`, blobs)))
        return false;
    }
    return true;
  }

  async #fetch(digest: Digest, executable: boolean, to: string, blobs: BlobStore): Promise<boolean> {
    if (!(await blobs.materialize(digest, to, executable))) return false;
    utimesSync(to, this.#stamp(), this.#stamp());
    return true;
  }

  #copy(from: string, to: string, executable: boolean): void {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(to, executable ? 0o755 : 0o644);
    utimesSync(to, this.#stamp(), this.#stamp());
  }

  /** A directory output without its files: folders and links. */
  #layTree(output: OutputResult & { kind: 'tree' }, temporary: string): void {
    mkdirSync(temporary);
    const { files, links, emptyDirs } = output.content;
    const folders = new Set([...emptyDirs, ...[...files, ...links].map((entry) => dirname(entry.path))]);
    for (const folder of folders) mkdirSync(`${temporary}/${folder}`, { recursive: true });
    for (const link of links) symlinkSync(link.target, `${temporary}/${link.path}`);
  }

  #prepare(output: OutputResult): { temporary: string; final: string } {
    const final = outputPlace(this.#root, output);
    const base = outputBase(this.#root, output.home);
    const folder = dirname(final);
    if (!this.#folders.has(folder)) {
      this.#makeFolder(base, folder);
      this.#folders.add(folder);
    }
    return { temporary: this.#temporary(base), final };
  }

  /** All in one folder: what a killed build left there is removed by the next one. */
  #temporary(base: string): string {
    const folder = `${base}/${UNFINISHED}`;
    if (!this.#bases.has(base)) {
      this.#bases.add(base);
      if (!emptied(folder)) mkdirSync(folder, { recursive: true });
    }
    return `${folder}/${this.#serial++}`;
  }

  /** A file of an earlier build may stand where a folder is wanted now. */
  #makeFolder(base: string, folder: string): void {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      if (!isCode(error, 'EEXIST') && !isCode(error, 'ENOTDIR')) throw error;
      for (let at = folder; at.length > base.length; at = dirname(at)) {
        if (isFile(at)) unlinkSync(at);
      }
      mkdirSync(folder, { recursive: true });
    }
  }

  #swap(temporary: string, final: string): void {
    const old = lstatSync(final, { throwIfNoEntry: false });
    if (old?.isDirectory()) rmSync(final, { recursive: true });
    else if (old) unlinkSync(final);
    renameSync(temporary, final);
  }

  #stamp(): number {
    return Date.now() / 1000 - 1;
  }
}

export type FileOutput = OutputResult & { readonly kind: 'file' };

const UNFINISHED = `${OUTPUT_DIR}/.unfinished`;

/** False: it is no folder. */
function emptied(folder: string): boolean {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    rmSync(folder, { force: true });
    return false;
  }
  for (const name of readdirSync(folder)) rmSync(`${folder}/${name}`, { recursive: true, force: true });
  return true;
}

/** Anything but a folder; below a file there is nothing. */
function isFile(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false;
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
