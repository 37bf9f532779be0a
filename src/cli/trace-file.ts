import { ByteLines } from '../base/byte-lines.ts';
import { type ActionTrace, parseTrace, type TraceSource } from '../engine/trace.ts';
import { readSealedBytes, writeSealed } from '../journal/sealed-file.ts';

/** The traces of a request's actions, a line each, in the order of its graph: read only where they are asked for. */
export interface TraceLines {
  readonly source: TraceSource;
  /** A copy with other texts (`traceText`) for some lines. */
  replaced(changed: ReadonlyMap<number, string>): TraceLines;
  /** As they lie there now. */
  save(file: string): TraceLines;
}

export const traceText = (trace: ActionTrace): string => JSON.stringify(trace);

export function takeTraces(
  size: number,
  source: TraceSource,
  idOf: (index: number) => string,
  journal: TraceSource,
): TraceLines {
  const lines = Array.from({ length: size }, (_, i) => {
    const trace = source.at(i, idOf(i));
    return trace ? traceText(trace) : '';
  });
  return traceLines(new ByteLines(Buffer.from(lines.join('\n'))), NONE, journal);
}

const NONE: ReadonlyMap<number, string> = new Map();

/**
 * Undefined: not there, or not of this graph. `newer`: lines that stand for those of the file. `journal` knows the instances of
 * templates.
 */
export function openTraces(
  file: string,
  size: number,
  newer: ReadonlyMap<number, string> | undefined,
  journal: TraceSource,
): TraceLines | undefined {
  const bytes = readSealedBytes(file);
  const lines = bytes && new ByteLines(bytes);
  return lines?.count === size ? traceLines(lines, newer ?? NONE, journal) : undefined;
}

/** Of all actions, as `traceText` has them; none, if there is no such file. */
export const storedTexts = (file: string): ReadonlySet<string> =>
  new Set(readSealedBytes(file)?.toString('utf8').split('\n'));

function traceLines(lines: ByteLines, newer: ReadonlyMap<number, string>, journal: TraceSource): TraceLines {
  // Asked for several times each, by those that look at it at all.
  const read = new Map<number, ActionTrace | undefined>();
  const at = (index: number): ActionTrace | undefined => {
    if (!read.has(index)) read.set(index, traceOf(newer.get(index) ?? lines.at(index)));
    return read.get(index);
  };
  return {
    source: { at, byId: (id) => journal.byId(id) },
    replaced: (changed) => traceLines(lines, new Map([...newer, ...changed]), journal),
    save: (file) => {
      const all = newer.size === 0 ? lines : lines.replaced(newer);
      writeSealed(file, all.bytes);
      return traceLines(all, NONE, journal);
    },
  };
}

function traceOf(line: string): ActionTrace | undefined {
  try {
    return line === '' ? undefined : parseTrace(JSON.parse(line));
  } catch {
    return undefined;
  }
}
