import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packFrames } from '../../../rules/recompiler/validate/picture/frames-pack.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Comparison } from './find-comparison.ts';
import type { NewFile } from './new-file.ts';
import { hashesOf, newMaterial, presentMaterial } from './new-material.ts';

/** What accepting a capture writes. */
export interface ReferenceChange {
  readonly files: readonly NewFile[];
  /** For people: what becomes different. */
  readonly lines: readonly string[];
  /** Workspace-relative: of a folder of pictures, those that the capture has no longer. */
  readonly removed: readonly string[];
  /** Files that the reference did not have. */
  readonly added: readonly string[];
}

const PROPRIETARY = 'the capture is made of proprietary inputs: only its hashes may be kept in the workspace';

/** Longer captures are kept as a folder of PNGs, by hand. */
const MAX_PICTURE_BYTES = 1 << 30;

export function referenceChange(
  root: string,
  comparison: Comparison,
  keepPictures: boolean,
): Result<ReferenceChange, string> {
  const { capture, reference, tainted } = comparison;
  const files: NewFile[] = [];
  const removed: string[] = [];
  const lines: string[] = [];
  for (const part of ['frames', 'audio'] as const) {
    const from = join(capture.folder, `${part}.hashes`);
    const place = reference[part];
    if (!existsSync(from)) {
      if (part === 'frames') return err(`the capture has no ${part}.hashes: ${from}`);
      continue;
    }
    if (place === undefined) continue;
    if (place.format !== 'list' && tainted)
      return err(`${PROPRIETARY}: let the reference be lists of hashes`);
    const made =
      place.format === 'list'
        ? ok([{ path: place.path, content: readFileSync(from) }])
        : newMaterial(part, place, capture);
    if (!made.ok) return made;
    const before = presentMaterial(root, place);
    const hashes = (some: readonly NewFile[]): string[] =>
      place.format === 'list' ? listOf(some) : hashesOf(part, place.format, some);
    lines.push(`${part}: ${difference(hashes(before), hashes(made.value))}`);
    files.push(...made.value);
    const kept = new Set(made.value.map(({ path }) => path));
    removed.push(...before.map(({ path }) => path).filter((path) => !kept.has(path)));
  }
  const material = pictureFiles(root, comparison, keepPictures);
  if (!material.ok) return material;
  if (tainted && keepPictures) return err(PROPRIETARY);
  const all = [...files, ...material.value];
  const folders = [reference.frames, reference.audio].flatMap((place) =>
    place?.format === 'directory' ? [place] : [],
  );
  const link = [...folders, ...all].find(({ path }) =>
    lstatSync(join(root, path), { throwIfNoEntry: false })?.isSymbolicLink(),
  );
  if (link !== undefined) return err(`${link.path} is a link: a reference is a file`);
  const changed = all.filter(({ path, content }) => !isSame(join(root, path), content));
  return ok({
    files: changed,
    removed,
    lines,
    // What a reference_video.toml names is named already.
    added:
      reference.folder === undefined
        ? []
        : changed.map(({ path }) => path).filter((path) => !existsSync(join(root, path))),
  });
}

const isSame = (file: string, content: Uint8Array): boolean =>
  existsSync(file) && readFileSync(file).equals(content);

/** Pictures and samples that lie beside the hashes must stay those of the hashes. */
function pictureFiles(
  root: string,
  { capture, reference }: Comparison,
  keep: boolean,
): Result<NewFile[], string> {
  const { folder } = reference;
  if (folder === undefined)
    return keep ? err('pictures are kept beside the hashes of a reference that is a folder') : ok([]);
  const at = (name: string): string => (folder === '.' ? name : `${folder}/${name}`);
  const has = (name: string): boolean => existsSync(join(root, at(name)));
  if (has('frames'))
    return err(`${at('frames')} holds pictures one by one: put the new ones there yourself, or remove it`);
  const files: NewFile[] = [];
  const take = (name: string, from: string, make: (content: Buffer) => Uint8Array): string | undefined => {
    if (!(keep || has(name))) return undefined;
    const source = join(capture.folder, from);
    const size = lstatSync(source, { throwIfNoEntry: false })?.size;
    if (size === undefined)
      return has(name) ? `${at(name)} has no counterpart in the capture: remove it first` : undefined;
    if (size > MAX_PICTURE_BYTES)
      return `${from} is larger than ${MAX_PICTURE_BYTES} bytes: too long to be kept in one file`;
    files.push({ path: at(name), content: make(readFileSync(source)) });
    return undefined;
  };
  const same = (content: Buffer): Uint8Array => content;
  const fault =
    (has('frames.bin')
      ? take('frames.bin', 'frames.bin', same)
      : take('frames.pack', 'frames.bin', packFrames)) ??
    take('audio.raw', 'audio.raw', same) ??
    take('audio.sizes', 'audio.sizes', same);
  return fault === undefined ? ok(files) : err(fault);
}

function difference(old: readonly string[], now: readonly string[]): string {
  const changed = now.flatMap((hash, i) => (i < old.length && old[i] !== hash ? [i] : []));
  const parts = [
    ...(changed.length > 0 ? [`${changed.length} of ${old.length} become others: ${ranges(changed)}`] : []),
    ...(now.length > old.length ? [`${now.length - old.length} more at the end`] : []),
    ...(now.length < old.length ? [`${old.length - now.length} fewer at the end`] : []),
  ];
  return parts.length === 0 ? `all ${now.length} stay as they are` : parts.join('; ');
}

const listOf = (files: readonly NewFile[]): string[] =>
  files.flatMap(({ content }) =>
    Buffer.from(content)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#')),
  );

const MAX_RANGES = 8;

/** "3, 57–60, …" */
function ranges(numbers: readonly number[]): string {
  const found: [from: number, to: number][] = [];
  for (const n of numbers) {
    const last = found.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else found.push([n, n]);
  }
  const shown = found.slice(0, MAX_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return [...shown, ...(found.length > MAX_RANGES ? ['…'] : [])].join(', ');
}
