import type { Diagnostic } from '../../base/diagnostic.ts';
import type { QueryFault } from '../../graph/query/tokens.ts';

/** A fault of an expression, shown with the line of it that is at fault. */
export function queryDiagnostic(expression: string, { code, message, at, help }: QueryFault): Diagnostic {
  const start = Math.min(at.start, expression.length);
  const lineStart = expression.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = expression.indexOf('\n', start);
  const text = expression.slice(lineStart, lineEnd < 0 ? expression.length : lineEnd);
  const span = {
    file: 'query',
    line: expression.slice(0, lineStart).split('\n').length,
    column: start - lineStart + 1,
    length: Math.max(1, Math.min(at.length, lineStart + text.length - start)),
    text,
  };
  return { severity: 'error', code, message, span, ...(help === undefined ? {} : { help }) };
}
