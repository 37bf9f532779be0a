import { parseSha256 } from '../model/digest.ts';
import type { SourceFile } from '../model/target.ts';
import type { ExternalNames } from './external-names.ts';
import { relativePathFault } from './safe-path.ts';
import { show, typeName } from './show-value.ts';
import type { ReportSource } from './source-report.ts';
import type { TomlTable } from './toml-document.ts';

/** `{ external = "/abs/path", sha256 = "…" }`: whether it is there is found out when it is hashed. */
export function resolveExternal(
  names: ExternalNames,
  entry: TomlTable,
  report: ReportSource,
): SourceFile | undefined {
  const { external, sha256 } = entry;
  if (external === undefined) return undefined;
  const fault =
    typeof external === 'string' ? pathFault(external) : `expected a path, found ${typeName(external)}`;
  if (fault !== undefined) {
    const isAbsolute = typeof external === 'string' && external.startsWith('/');
    report({ code: 'bad-path', message: fault, ...(isAbsolute && { help: PLAIN }), rest: ['external'] });
  }
  const badSum = sha256 !== undefined && (typeof sha256 !== 'string' || parseSha256(sha256) === undefined);
  if (badSum) report({ ...BAD_SUM, message: `${show(sha256)} is no SHA-256` });
  if (fault !== undefined || badSum || typeof external !== 'string') return undefined;
  const file = { kind: 'external', from: external, path: names.nameOf(external) } as const;
  return typeof sha256 === 'string' ? { ...file, sha256 } : file;
}

const PLAIN = 'write it from / on, without `.`, `..`, double slashes and a slash at the end';

const BAD_SUM = {
  code: 'bad-value',
  help: 'write 64 digits, 0-9 and a-f in lower case',
  rest: ['sha256'],
} as const;

function pathFault(path: string): string | undefined {
  if (!path.startsWith('/'))
    return `${show(path)} is not an absolute path; a file of this package is written without { }`;
  const fault = relativePathFault(path.slice(1));
  return fault === undefined ? undefined : `${show(path)} is no plain absolute path`;
}
