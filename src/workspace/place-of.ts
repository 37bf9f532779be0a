import type { Span } from '../base/diagnostic.ts';
import type { KeyPath, TargetDecl } from '../model/target.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { locate, locateAttribute, type Part } from './locate.ts';
import { MAX_TOML_BYTES } from './toml-document.ts';

/** A place in a file that was good TOML when it was loaded; reads it again, so that good workspaces keep no text. */
export function placeInFile(
  reader: WorkspaceReader,
  file: string,
  at: KeyPath,
  part: Part,
): Span | undefined {
  const read = reader.readText(file, MAX_TOML_BYTES);
  return read.ok ? locate(file, read.text, at, part) : undefined;
}

/** A place within a target; an attribute that it owes to `[defaults]` is found there. */
export function placeInTarget(
  reader: WorkspaceReader,
  target: Pick<TargetDecl, 'file' | 'at' | 'places'>,
  rest: KeyPath,
  part: Part,
): Span | undefined {
  const read = reader.readText(target.file, MAX_TOML_BYTES);
  const elsewhere = target.places?.[String(rest[0])];
  if (read.ok && elsewhere !== undefined)
    return locate(target.file, read.text, [...elsewhere, ...rest.slice(1)], part);
  return read.ok ? locateAttribute(target.file, read.text, target.at, rest, part) : undefined;
}
