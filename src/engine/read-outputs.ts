import { isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { posix } from 'node:path';
import { compareCodePoints } from '../base/order.ts';
import { digestBytes, digestFile } from '../fingerprint/digest-bytes.ts';
import { treeOf } from '../fingerprint/tree.ts';
import type { OutputDecl } from '../model/action.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { OutputResult, TreeContent, TreeFile, TreeLink } from '../model/result.ts';
import type { BlobStore } from '../ports/blob-store.ts';

/** Content up to this size is read once and written from memory. */
const SMALL = 1 << 20;
const MAX_TREE_FILES = 200_000;
const MAX_DEPTH = 128;

export interface ReadOutput {
  readonly output: OutputResult;
  /** Where it lies, links resolved. */
  readonly from: string;
  /** A small file's bytes. */
  readonly bytes?: Uint8Array;
}

export type OutputReading =
  | { readonly ok: true; readonly outputs: readonly ReadOutput[] }
  | { readonly ok: false; readonly failure: ActionFailure };

/** Looks at what an action left below `outputRoot`. Links are never followed out. */
export function readOutputs(outputRoot: string, decls: readonly OutputDecl[], home?: string): OutputReading {
  const missing = decls.filter(
    (d) => lstatSync(`${outputRoot}/${d.path}`, { throwIfNoEntry: false }) === undefined,
  );
  if (missing.length > 0) {
    return {
      ok: false,
      failure: { kind: 'missing-output', blame: 'input', paths: missing.map((d) => d.path) },
    };
  }
  const outputs: ReadOutput[] = [];
  for (const decl of decls) {
    const read = decl.tree ? readTree(outputRoot, decl.path) : readFile(outputRoot, decl.path);
    if ('failure' in read) return { ok: false, failure: read.failure };
    outputs.push(home === undefined ? read : { ...read, output: { ...read.output, home } });
  }
  return { ok: true, outputs };
}

const bad = (path: string, problem: string): { failure: ActionFailure } => ({
  failure: { kind: 'bad-output', blame: 'input', path, problem },
});

function readFile(root: string, path: string): ReadOutput | { failure: ActionFailure } {
  let at = `${root}/${path}`;
  let stat = lstatSync(at);
  if (stat.isSymbolicLink()) {
    const real = realTarget(at);
    if (real === undefined || !real.startsWith(`${realpathSync(root)}/`))
      return bad(path, 'is a link that leads out of the outputs (or nowhere)');
    at = real;
    stat = lstatSync(at);
  }
  if (stat.isDirectory()) return bad(path, 'is a folder; declare it in out_dirs');
  if (!stat.isFile()) return bad(path, 'is neither a file nor a folder');
  const executable = (stat.mode & 0o100) !== 0;
  if (stat.size > SMALL) {
    return { output: { kind: 'file', path, digest: digestFile(at), executable }, from: at };
  }
  const bytes = readFileSync(at);
  return { output: { kind: 'file', path, digest: digestBytes(bytes), executable }, from: at, bytes };
}

function realTarget(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readTree(root: string, path: string): ReadOutput | { failure: ActionFailure } {
  const from = `${root}/${path}`;
  if (!lstatSync(from).isDirectory()) return bad(path, 'is not a folder');
  const content = walkTree(from);
  if (typeof content === 'string') return bad(path, content);
  const { rootDigest, treeDigest } = treeOf(content);
  return { output: { kind: 'tree', path, rootDigest, treeDigest, content }, from };
}

/** Every blob that the output's result names. */
export async function storeOutput(read: ReadOutput, blobs: BlobStore): Promise<void> {
  const { output, from, bytes } = read;
  if (output.kind === 'file') {
    if (bytes) await blobs.put(bytes);
    else await blobs.putFile(from, output.digest);
    return;
  }
  for (const file of output.content.files) await blobs.putFile(`${from}/${file.path}`, file.digest);
  const { tree, directories } = treeOf(output.content);
  await blobs.put(tree);
  for (const directory of directories.values()) await blobs.put(directory);
}

/** A name that cannot be told as text cannot be read by it either. */
function oddName(folder: string): string | undefined {
  const odd = readdirSync(folder, { encoding: 'buffer' }).find((name) => !isUtf8(name));
  if (odd === undefined) return undefined;
  const shown = [...odd].map((byte) =>
    byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `holds a name that is not UTF-8: ${shown.join('')}`;
}

/** A folder's content in canonical order, or what is wrong with it. */
export function walkTree(folder: string): TreeContent | string {
  const files: TreeFile[] = [];
  const links: TreeLink[] = [];
  const emptyDirs: string[] = [];
  let problem: string | undefined;
  const visit = (rel: string, depth: number): void => {
    const entries = readdirSync(rel === '' ? folder : `${folder}/${rel}`, { withFileTypes: true });
    if (entries.length === 0 && rel !== '') emptyDirs.push(rel);
    if (entries.some((entry) => entry.name.includes('\ufffd')))
      problem ??= oddName(rel === '' ? folder : `${folder}/${rel}`);
    if (depth > MAX_DEPTH) problem ??= `is nested deeper than ${MAX_DEPTH} folders`;
    for (const entry of entries) {
      if (problem !== undefined) return;
      const path = rel === '' ? entry.name : `${rel}/${entry.name}`;
      if (entry.isDirectory()) visit(path, depth + 1);
      else if (entry.isSymbolicLink()) problem ??= addLink(path);
      else if (entry.isFile()) addFile(path);
      else problem ??= `holds ${path}, which is neither a file, a folder nor a link`;
    }
  };
  const addFile = (path: string): void => {
    if (files.length >= MAX_TREE_FILES) problem ??= `holds more than ${MAX_TREE_FILES} files`;
    const at = `${folder}/${path}`;
    const stat = lstatSync(at);
    const digest = stat.size > SMALL ? digestFile(at) : digestBytes(readFileSync(at));
    files.push({ path, digest, executable: (stat.mode & 0o100) !== 0 });
  };
  const addLink = (path: string): string | undefined => {
    const target = readlinkSync(`${folder}/${path}`);
    const lands = posix.normalize(posix.join(posix.dirname(path), target));
    if (target.startsWith('/') || lands === '..' || lands.startsWith('../'))
      return `holds the link ${path}, which leads out of it to ${target}`;
    links.push({ path, target });
    return undefined;
  };
  visit('', 0);
  if (problem !== undefined) return problem;
  const byPath = (a: { path: string }, b: { path: string }): number => compareCodePoints(a.path, b.path);
  return {
    files: files.sort(byPath),
    links: links.sort(byPath),
    emptyDirs: emptyDirs.sort(compareCodePoints),
  };
}
