import type { Json } from '../base/canonical-json.ts';
import type { Diagnostic, Span } from '../base/diagnostic.ts';
import type { KeyPath, SourceFile } from '../model/target.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { createExternalNames, type ExternalNames } from './external-names.ts';
import type { Part } from './locate.ts';
import { unknownKey } from './shape.ts';
import { typeName } from './show-value.ts';
import { resolveExternal } from './source-external.ts';
import { findSource } from './source-file.ts';
import { resolveGlob } from './source-glob.ts';
import type { ReportSource } from './source-report.ts';
import { isTable, type TomlTable } from './toml-document.ts';

export interface SourcesRequest {
  readonly reader: WorkspaceReader;
  readonly packageDir: string;
  /** What stands in the file: a list, or one entry by itself. */
  readonly value: Json;
  /** The place of something within the value; asked only when there is a fault. */
  readonly place: (rest: KeyPath, part: Part) => Span | undefined;
  /** One per package; see there. */
  readonly externals?: ExternalNames;
  /** What `[workspace] ignore` names is not looked into by globs either. */
  readonly ignored?: (path: string) => boolean;
}

export interface ResolvedSources {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The files that an attribute of kind `sources` names: in the order written, a glob's by code point, each once. */
export function resolveSources(request: SourcesRequest): ResolvedSources {
  const { value, place, packageDir } = request;
  const files = new Map<string, SourceFile>();
  const diagnostics: Diagnostic[] = [];
  const externals = request.externals ?? createExternalNames(packageDir);
  const entries: readonly (readonly [KeyPath, Json])[] = isList(value)
    ? value.map((v, i) => [[i], v])
    : [[[], value]];
  for (const [at, entry] of entries) {
    const report: ReportSource = ({ rest = [], part = 'value', ...fault }) => {
      const span = place([...at, ...rest], part);
      diagnostics.push({ severity: 'error', ...fault, ...(span === undefined ? {} : { span }) });
    };
    for (const file of resolveEntry({ ...request, externals }, entry, report)) {
      if (!files.has(file.path)) files.set(file.path, file);
    }
  }
  return { files: [...files.values()], diagnostics };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const EXPECTED = 'a source is a path in quotes, { glob = "…" } or { external = "/…" }';

function resolveEntry(
  request: SourcesRequest & { readonly externals: ExternalNames },
  entry: Json,
  report: ReportSource,
): readonly SourceFile[] {
  const { reader, packageDir, ignored, externals } = request;
  if (typeof entry === 'string') {
    const path = findSource(reader, packageDir, entry, report);
    return path === undefined ? [] : [{ kind: 'source', path }];
  }
  if (!isTable(entry)) {
    report({ code: 'wrong-type', message: `expected a source, found ${typeName(entry)}`, help: EXPECTED });
    return [];
  }
  if (Object.hasOwn(entry, 'glob')) {
    if (!knownKeys(entry, ['glob', 'exclude', 'allow_empty'], report)) return [];
    const paths = resolveGlob(
      { reader, packageDir, ...(ignored === undefined ? {} : { ignored }) },
      entry,
      report,
    );
    return paths.map((path) => ({ kind: 'source', path }));
  }
  if (!knownKeys(entry, ['external', 'sha256'], report)) return [];
  const external = resolveExternal(externals, entry, report);
  return external === undefined ? [] : [external];
}

function knownKeys(entry: TomlTable, known: readonly string[], report: ReportSource): boolean {
  const unknown = Object.keys(entry).filter((key) => !known.includes(key));
  // Neither kind: the words of both are what might have been meant.
  const candidates = Object.hasOwn(entry, known[0] ?? '') ? known : ['glob', 'external'];
  for (const key of unknown) {
    unknownKey(key, candidates, [], ({ code, help = EXPECTED }) =>
      report({
        code,
        message: `unknown key ${JSON.stringify(key)} in a source`,
        help,
        rest: [key],
        part: 'key',
      }),
    );
  }
  if (unknown.length === 0 && !Object.hasOwn(entry, known[0] ?? ''))
    report({
      code: 'missing-key',
      message: 'this source names neither `glob` nor `external`',
      help: EXPECTED,
    });
  return unknown.length === 0;
}
