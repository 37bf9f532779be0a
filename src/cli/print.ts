import type { Diagnostic } from '../base/diagnostic.ts';
import { asciiText, foldColumns } from '../report/terminal-text.ts';
import { stderr } from './stderr.ts';
import { showsUnicode, usesColor } from './terminal-traits.ts';

/** Progress and messages go to stderr, results to stdout. Words are not broken where a terminal ends. */
export function say(message: string): void {
  const text = `recomp: ${showsUnicode(process.env) ? message : asciiText(message)}`;
  const { columns = 0 } = stderr.terminal() ?? {};
  stderr.write(`${columns > 0 ? foldColumns(text, columns, '    ') : text}\n`);
}

export const useColor = (): boolean => usesColor(process.env, stderr.terminal() !== undefined);

export async function printDiagnostics(diagnostics: readonly Diagnostic[]): Promise<void> {
  if (diagnostics.length === 0) return;
  const { compareDiagnostics, renderDiagnostic } = await import('../report/render-diagnostic.ts');
  const texts = new Set(
    [...diagnostics].sort(compareDiagnostics).map((d) => renderDiagnostic(d, { color: useColor() })),
  );
  stderr.write(`${[...texts].join('\n')}\n`);
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  if (errors > 0)
    say(`${errors === 1 ? 'one mistake' : `${errors} mistakes`} in the workspace; nothing was built`);
}
