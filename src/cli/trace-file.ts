import { ByteLines } from '../base/byte-lines.ts';
import { type ActionTrace, parseTrace, type TraceSource } from '../engine/trace.ts';
import { readSealedBytes, writeSealed } from '../journal/sealed-file.ts';

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
  return traceLines(new ByteLines(Buffer.from(lines.join('\n'))), journal);
}

/** Undefined: not there, or not of this graph. `journal` knows the instances of templates. */
export function openTraces(file: string, size: number, journal: TraceSource): TraceLines | undefined {
  const bytes = readSealedBytes(file);
  const lines = bytes && new ByteLines(bytes);
  return lines?.count === size ? traceLines(lines, journal) : undefined;
}

function traceLines(lines: ByteLines, journal: TraceSource): TraceLines {
  // Asked for several times each, by those that look at it at all.
  const read = new Map<number, ActionTrace | undefined>();
  const at = (index: number): ActionTrace | undefined => {
    if (!read.has(index)) read.set(index, traceOf(lines.at(index)));
    return read.get(index);
  };
  return linesWith({ at, byId: (id) => journal.byId(id) }, lines, journal);
}

const linesWith = (source: TraceSource, lines: ByteLines, journal: TraceSource): TraceLines => ({
  source,
  replaced: (changed) => {
    const texts = [...changed].map(([index, trace]) => [index, JSON.stringify(trace)] as const);
    return traceLines(lines.replaced(new Map(texts)), journal);
  },
  save: (file) => writeSealed(file, lines.bytes),
});

function traceOf(line: string): ActionTrace | undefined {
  try {
    return line === '' ? undefined : parseTrace(JSON.parse(line));
  } catch {
    return undefined;
  }
}
