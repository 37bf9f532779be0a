import { type ActionTrace, parseTrace, type TraceSource } from '../engine/trace.ts';
import { readSealed, writeSealed } from '../journal/sealed-file.ts';

/** The traces of a request's actions, a line each, in the order of its graph: read only where they are asked for. */
export interface TraceLines {
  readonly source: TraceSource;
  /** A copy with some lines replaced. */
  replaced(changed: ReadonlyMap<number, ActionTrace>): TraceLines;
  save(file: string): void;
}

export function takeTraces(
  size: number,
  source: TraceSource,
  idOf: (index: number) => string,
  journal: TraceSource,
): TraceLines {
  const lines = Array.from({ length: size }, (_, i) => {
    const trace = source.at(i, idOf(i));
    return trace ? JSON.stringify(trace) : '';
  });
  return traceLines(lines, journal);
}

/** Undefined: not there, or not of this graph. `journal` knows the instances of templates. */
export function openTraces(file: string, size: number, journal: TraceSource): TraceLines | undefined {
  const lines = readSealed(file)?.split('\n');
  return lines?.length === size ? traceLines(lines, journal) : undefined;
}

const traceLines = (lines: readonly string[], journal: TraceSource): TraceLines => ({
  source: { at: (index) => traceOf(lines[index] ?? ''), byId: (id) => journal.byId(id) },
  replaced: (changed) => {
    const copy = [...lines];
    for (const [index, trace] of changed) copy[index] = JSON.stringify(trace);
    return traceLines(copy, journal);
  },
  save: (file) => writeSealed(file, lines.join('\n')),
});

function traceOf(line: string): ActionTrace | undefined {
  try {
    return line === '' ? undefined : parseTrace(JSON.parse(line));
  } catch {
    return undefined;
  }
}
