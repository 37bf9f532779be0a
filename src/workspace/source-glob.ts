import type { Json } from '../base/canonical-json.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { expandGlob } from './expand-glob.ts';
import { compileGlob, type Glob } from './glob.ts';
import { EXTERNAL_DIR } from './safe-path.ts';
import { show, typeName } from './show-value.ts';
import { danglingLink, kindFault } from './source-file.ts';
import type { ReportSource } from './source-report.ts';
import type { TomlTable } from './toml-document.ts';

interface GlobPlace {
  readonly reader: WorkspaceReader;
  readonly packageDir: string;
  readonly ignored?: (path: string) => boolean;
}

/** The files of `{ glob = …, exclude = … }`. */
export function resolveGlob(place: GlobPlace, entry: TomlTable, report: ReportSource): readonly string[] {
  const include = compileAll(entry['glob'], 'glob', report);
  const exclude = compileAll(entry['exclude'] ?? [], 'exclude', report);
  const allowEmpty = entry['allow_empty'] ?? false;
  if (typeof allowEmpty !== 'boolean') {
    const message = `expected true or false, found ${typeName(allowEmpty)}`;
    report({ code: 'wrong-type', message, rest: ['allow_empty'] });
  }
  if (include === undefined || exclude === undefined) return [];
  const { packageDir, reader } = place;
  const ignored = (path: string): boolean => path === EXTERNAL_DIR || place.ignored?.(path) === true;
  const { files, bad } = expandGlob(reader, packageDir, { include, exclude, ignored });
  for (const { path, kind } of bad) {
    const fault =
      kind === 'missing'
        ? danglingLink(path)
        : kind === 'other'
          ? undefined
          : kindFault(reader, path, kind, path);
    if (fault !== undefined) report({ ...fault, rest: ['glob'] });
  }
  if (files.length === 0 && bad.length === 0 && allowEmpty !== true) report(emptyGlob(entry));
  return files;
}

function compileAll(value: Json | undefined, key: string, report: ReportSource): readonly Glob[] | undefined {
  const texts = isList(value) ? value : [value];
  const globs: Glob[] = [];
  for (const [i, text] of texts.entries()) {
    const rest = isList(value) ? [key, i] : [key];
    if (typeof text !== 'string') {
      const message = `expected a glob in quotes, or a list of them, found ${typeName(text ?? null)}`;
      report({ code: 'wrong-type', message, rest });
      continue;
    }
    const glob = compileGlob(text);
    if (glob.ok) globs.push(glob.value);
    else report({ code: 'bad-glob', message: `${show(text)} is no glob: ${glob.error}`, rest });
  }
  return globs.length === texts.length ? globs : undefined;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const emptyGlob = (entry: TomlTable) => ({
  code: 'empty-glob',
  message: `the glob ${show(entry['glob'] ?? null)} matches no file`,
  help: 'if that may be so, add allow_empty = true; files of sub-packages and outputs are never matched',
  rest: ['glob'],
});
