import type { Diagnostic, Span } from '../base/diagnostic.ts';
import { compareCodePoints } from '../base/order.ts';
import { type Paint, paints } from './paint.ts';
import { cleanText, layOut } from './source-line.ts';

const MAX_MESSAGE = 2000;
const INDENT = '      ';

/**
 * A mistake as a person sees it: what, where, the line itself, what to do. Everything in it may come from a hostile file, so
 * nothing reaches the terminal that could steer it.
 */
export function renderDiagnostic(diagnostic: Diagnostic, options: { readonly color: boolean }): string {
  const paint = paints(options.color);
  const spans = [diagnostic.span, ...(diagnostic.related ?? []).map((r) => r.span)];
  const gutter = Math.max(1, ...spans.map((s) => (s === undefined ? 0 : String(s.line).length)));
  const mark = diagnostic.severity === 'error' ? paint.error : paint.warning;
  const lines = [
    `${mark(`${diagnostic.severity}[${diagnostic.code}]`)}${paint.bold(`: ${say(diagnostic.message)}`)}`,
  ];
  if (diagnostic.span !== undefined) lines.push(...renderSpan(diagnostic.span, gutter, '^', mark, paint));
  for (const { message, span } of diagnostic.related ?? []) {
    lines.push(`${paint.note('note')}: ${say(message)}`);
    if (span !== undefined) lines.push(...renderSpan(span, gutter, '-', paint.note, paint));
  }
  if (diagnostic.help !== undefined) lines.push(`${paint.help('help')}: ${say(diagnostic.help)}`);
  return `${lines.join('\n')}\n`;
}

/** By place, then by kind: the order in which a person reads the files. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareCodePoints(a.span?.file ?? '', b.span?.file ?? '') ||
    (a.span?.line ?? 0) - (b.span?.line ?? 0) ||
    (a.span?.column ?? 0) - (b.span?.column ?? 0) ||
    compareCodePoints(a.code, b.code) ||
    compareCodePoints(a.message, b.message)
  );
}

function renderSpan(span: Span, gutter: number, underline: string, mark: Paint, paint: Paints): string[] {
  const empty = ' '.repeat(gutter);
  const { text, before, width } = layOut(span.text, span.column, span.length);
  const number = String(span.line).padStart(gutter);
  return [
    `${empty}${paint.frame('-->')} ${cleanText(span.file)}:${span.line}:${span.column}`,
    `${empty} ${paint.frame('|')}`,
    `${paint.frame(`${number} |`)} ${text}`.trimEnd(),
    `${empty} ${paint.frame('|')} ${' '.repeat(before)}${mark(underline.repeat(width))}`,
  ];
}

type Paints = ReturnType<typeof paints>;

function say(message: string): string {
  const clean = message.slice(0, MAX_MESSAGE).split('\n').map(cleanText).join(`\n${INDENT}`);
  return message.length > MAX_MESSAGE ? `${clean}…` : clean;
}
