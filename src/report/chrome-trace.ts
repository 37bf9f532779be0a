import type { TimelinePart } from '../engine/services.ts';
import type { ActionRecord } from '../model/record.ts';
import { actionName } from './cause-text.ts';

/** Where an action's time went. */
export interface Span {
  readonly id: string;
  readonly part: TimelinePart;
  readonly from: number;
  readonly to: number;
}

export interface Profile {
  readonly spans: readonly Span[];
  readonly add: (id: string, part: TimelinePart, from: number, to: number) => void;
}

export function createProfile(): Profile {
  const spans: Span[] = [];
  return { spans, add: (id, part, from, to) => void spans.push({ id, part, from, to }) };
}

/** One row per kind of work, each as many lines as went on at once. */
const ROWS: readonly (readonly [pid: number, name: string, parts: readonly TimelinePart[]])[] = [
  [2, 'hashing', ['hash']],
  [3, 'cache', ['cache', 'store']],
  [4, 'remote', ['remote']],
  [5, 'sandbox', ['sandbox', 'process']],
];

/**
 * A build on a time line that chrome://tracing and Perfetto show: whole actions at the top; below them hashing, cache, remote
 * and sandbox, each in a group of its own. Within a sandbox lies the process, so that what is around it can be seen.
 */
export function chromeTrace(records: readonly ActionRecord[], spans: readonly Span[]): string {
  const about = new Map(records.map((record) => [record.id, record]));
  const whole = wholeActions(spans);
  const groups = [
    { pid: 1, name: 'actions', spans: whole },
    ...ROWS.map(([pid, name, parts]) => ({ pid, name, spans: spans.filter((s) => parts.includes(s.part)) })),
  ];
  const traceEvents = groups.flatMap(({ pid, name, spans: own }) =>
    own.length === 0
      ? []
      : [
          { name: 'process_name', ph: 'M', pid, tid: 0, args: { name } },
          { name: 'process_sort_index', ph: 'M', pid, tid: 0, args: { sort_index: pid } },
          ...rowNames(pid, name, inRows(own)),
          ...inRows(own).map(([span, row]) => event(span, pid, row, about.get(span.id))),
        ],
  );
  return `${JSON.stringify({ displayTimeUnit: 'ms', traceEvents })}\n`;
}

/** Viewers that know no groups show them alone. */
const rowNames = (pid: number, name: string, rows: readonly (readonly [AnySpan, number])[]): object[] =>
  Array.from({ length: rows.reduce((most, [, row]) => Math.max(most, row + 1), 0) }, (_, row) => ({
    name: 'thread_name',
    ph: 'M',
    pid,
    tid: row + 1,
    args: { name: `${name} ${row + 1}` },
  }));

/** From an action's first span to its last. */
function wholeActions(spans: readonly Span[]): (Omit<Span, 'part'> & { readonly part: undefined })[] {
  const whole = new Map<string, { id: string; part: undefined; from: number; to: number }>();
  for (const { id, from, to } of spans) {
    const known = whole.get(id);
    if (!known) whole.set(id, { id, part: undefined, from, to });
    else {
      known.from = Math.min(known.from, from);
      known.to = Math.max(known.to, to);
    }
  }
  return [...whole.values()];
}

type AnySpan = Omit<Span, 'part'> & { readonly part: TimelinePart | undefined };

/** The first row that is free; a process lies in the row of its sandbox. */
function inRows(spans: readonly AnySpan[]): [AnySpan, number][] {
  const ends: number[] = [];
  const rowOf = new Map<string, number>();
  return [...spans]
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .map((span) => {
      const mine = span.part === 'process' ? rowOf.get(span.id) : undefined;
      if (mine !== undefined) return [span, mine];
      const free = ends.findIndex((end) => end <= span.from);
      const row = free < 0 ? ends.length : free;
      ends[row] = span.to;
      rowOf.set(span.id, row);
      return [span, row];
    });
}

const NAMES: Readonly<Record<TimelinePart, string>> = {
  hash: 'look at inputs, make the key',
  cache: 'look up, fetch or store a result',
  remote: 'ask the remote cache, fetch from it',
  sandbox: 'sandbox',
  process: 'the process itself',
  store: 'read and keep the outputs',
};

const event = (
  { id, part, from, to }: AnySpan,
  pid: number,
  row: number,
  record: ActionRecord | undefined,
): object => ({
  name: part === undefined || part === 'sandbox' ? actionName(id) : NAMES[part],
  cat: part ?? record?.mnemonic ?? 'action',
  ph: 'X',
  pid,
  tid: row + 1,
  ts: Math.round(from * 1000),
  dur: Math.max(0, Math.round((to - from) * 1000)),
  args: {
    action: id,
    ...(record && part === undefined
      ? { status: record.status, source: record.source, attempts: record.attempts, key: record.key }
      : {}),
  },
});
