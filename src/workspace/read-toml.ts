import type { Diagnostic } from '../base/diagnostic.ts';
import type { TextProblem, WorkspaceReader } from '../ports/file-reader.ts';
import { locate } from './locate.ts';
import type { Shape, ShapeFault } from './shape.ts';
import { MAX_TOML_BYTES, parseToml, tooLarge } from './toml-document.ts';

/** Reads a file of the workspace and checks it against its shape. Whatever can be read is returned beside the faults. */
export function readToml<T>(
  reader: WorkspaceReader,
  file: string,
  shape: Shape<T>,
): { readonly value?: T; readonly diagnostics: readonly Diagnostic[] } {
  const read = readTomlText(reader, file);
  if (read.text === undefined) return { diagnostics: read.diagnostics };
  const { text } = read;
  const { table, diagnostics } = parseToml(file, text);
  if (table === undefined) return { diagnostics };
  const faults: ShapeFault[] = [];
  const value = shape.read(table, [], (fault) => faults.push(fault));
  const located = firstFaults(faults, file).map((fault) => shapeDiagnostic(file, text, fault));
  return value === undefined ? { diagnostics: located } : { value, diagnostics: located };
}

export function readTomlText(
  reader: WorkspaceReader,
  file: string,
): { readonly text?: string; readonly diagnostics: readonly Diagnostic[] } {
  const read = reader.readText(file, MAX_TOML_BYTES);
  return read.ok
    ? { text: read.text, diagnostics: [] }
    : { diagnostics: [readFault(file, read.problem, read.detail)] };
}

const MAX_FAULTS = 500;

/** All faults in one go, but a file that is nothing but faults must not drown everything else. */
export function firstFaults<F extends ShapeFault>(
  faults: readonly F[],
  file: string,
): readonly (F | ShapeFault)[] {
  const last = faults[MAX_FAULTS];
  if (last === undefined) return faults;
  const { at, part } = last;
  const message = `${file} has ${faults.length} mistakes; only the first ${MAX_FAULTS} are shown`;
  return [...faults.slice(0, MAX_FAULTS), { code: 'too-many-faults', at, part, message }];
}

export const shapeDiagnostic = (
  file: string,
  text: string,
  { at, part, ...rest }: ShapeFault,
): Diagnostic => ({
  severity: 'error',
  ...rest,
  span: locate(file, text, at, part),
});

const PROBLEMS: Readonly<Record<TextProblem, string>> = {
  missing: 'does not exist',
  'too-large': 'is too large',
  unreadable: 'cannot be read',
  'not-utf8': 'is not valid UTF-8',
  'not-a-file': 'is not a file',
  'leaves-workspace': 'is a link that leads out of the workspace',
};

function readFault(file: string, problem: TextProblem, detail: string | undefined): Diagnostic {
  if (problem === 'too-large') return tooLarge(file);
  const message = `${file} ${PROBLEMS[problem]}`;
  const code = problem === 'leaves-workspace' ? 'source-leaves-workspace' : `file-${problem}`;
  return { severity: 'error', code, message: detail === undefined ? message : `${message}: ${detail}` };
}
