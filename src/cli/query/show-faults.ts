import type { Diagnostic } from '../../base/diagnostic.ts';
import { useColor } from '../print.ts';
import { stderr } from '../stderr.ts';

/** Mistakes, each with its place; nothing where there are none. */
export async function showFaults(faults: readonly Diagnostic[]): Promise<void> {
  if (faults.length === 0) return;
  const { compareDiagnostics, renderDiagnostic } = await import('../../report/render-diagnostic.ts');
  const texts = new Set(
    [...faults].sort(compareDiagnostics).map((fault) => renderDiagnostic(fault, { color: useColor() })),
  );
  stderr.write([...texts].join('\n'));
}
