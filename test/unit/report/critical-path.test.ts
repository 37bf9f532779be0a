import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/model/record.ts';
import { chromeTrace } from '../../../src/report/chrome-trace.ts';
import { criticalPath, savedPath } from '../../../src/report/critical-path.ts';

const record = (id: string, wallMs?: number): ActionRecord => ({
  id,
  target: 0,
  mnemonic: 'Command',
  status: 'succeeded',
  outputs: [],
  attempts: 1,
  ...(wallMs === undefined ? {} : { wallMs }),
});

/** Only what is asked for is there: a node that was not looked at must not be touched. */
function table(nodes: readonly (readonly [id: string, deps: readonly number[]] | undefined)[]) {
  return {
    size: nodes.length,
    deps: (i: number) => nodes[i]?.[1] ?? [],
    node: (i: number) => {
      const [id] = nodes[i] ?? [];
      if (id === undefined) throw new Error(`${i} was not to be looked at`);
      return { id, target: 0, deps: [], decl: decl(id) };
    },
  };
}

const decl = (id: string) => ({
  id,
  mnemonic: 'Command',
  argv: [],
  env: {},
  inputs: [],
  outputs: [],
  tools: [],
  network: false,
  retries: 0,
});

describe('the critical path', () => {
  it('is the longest chain of what ran, an instance standing for its template', () => {
    const graph = table([['a', []], ['t', [0]], ['short', [0]], ['end', [1, 2]], ['alone', []], undefined]);
    const records = [
      record('a', 10),
      record('t[x]', 5),
      record('t[y]', 30),
      record('short', 20),
      record('end', 1),
      record('alone', 40),
    ];
    expect(criticalPath(graph, Uint8Array.of(1, 1, 1, 1, 1, 0), records)).toEqual([
      { id: 'a', wall_ms: 10 },
      { id: 't[y]', wall_ms: 30 },
      { id: 'end', wall_ms: 1 },
    ]);
  });

  it('passes over what did not run', () => {
    const graph = table([
      ['a', []],
      ['hit', [0]],
      ['b', [1]],
    ]);
    expect(
      criticalPath(graph, Uint8Array.of(1, 1, 1), [record('a', 1), record('hit'), record('b', 2)]),
    ).toEqual([
      { id: 'a', wall_ms: 1 },
      { id: 'b', wall_ms: 2 },
    ]);
    expect(criticalPath(graph, Uint8Array.of(1, 1, 1), [])).toEqual([]);
  });
});

describe('the critical path of what caches had', () => {
  const graph = table([
    ['a', []],
    ['b', [0]],
    ['c', [0]],
  ]);
  const hit = (id: string): ActionRecord => ({ ...record(id), source: 'local' });
  const took: Readonly<Record<string, number>> = { a: 5, b: 7, c: 9 };
  const of = (records: readonly ActionRecord[]) =>
    savedPath(graph, Uint8Array.of(1, 1, 1), records, (id) => took[id]);

  it('goes by how long each had taken where it was made', () => {
    expect(of([hit('a'), hit('b'), hit('c')])).toEqual([
      { id: 'a', wall_ms: 5 },
      { id: 'c', wall_ms: 9 },
    ]);
  });

  it('is not told where something ran, or nothing came from a cache', () => {
    expect(of([hit('a'), record('b', 3)])).toEqual([]);
    expect(of([{ ...record('a'), source: 'journal' }])).toEqual([]);
  });
});

describe('a profile', () => {
  const spans = [
    { id: 'a', part: 'hash', from: 0, to: 1 },
    { id: 'a', part: 'cache', from: 1, to: 2 },
    { id: 'a', part: 'sandbox', from: 2, to: 10 },
    { id: 'a', part: 'process', from: 4, to: 10 },
    { id: 'b', part: 'sandbox', from: 3, to: 12 },
    { id: 'b', part: 'process', from: 5, to: 12 },
    { id: 'b', part: 'store', from: 12, to: 13 },
    { id: 'c', part: 'remote', from: 0, to: 2 },
  ] as const;
  interface Event {
    readonly name: string;
    readonly ph: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts: number;
    readonly dur: number;
    readonly args: { readonly name?: string; readonly action?: string };
  }
  const events: readonly Event[] = JSON.parse(chromeTrace([record('a', 6)], spans)).traceEvents;

  it('has hashing, cache, remote and sandbox apart', () => {
    const namesOf = (what: string) =>
      events.filter((e) => e.ph === 'M' && e.name === what).flatMap((e) => e.args.name ?? []);
    expect(namesOf('process_name')).toEqual(['actions', 'hashing', 'cache', 'remote', 'sandbox']);
    expect(namesOf('thread_name')).toEqual([
      ...['actions 1', 'actions 2', 'hashing 1', 'cache 1', 'remote 1'],
      ...['sandbox 1', 'sandbox 2'],
    ]);
    const sandbox = events.filter((e) => e.pid === 5 && e.ph === 'X');
    expect(sandbox.map((e) => [e.args.action, e.tid, e.ts, e.dur])).toEqual([
      ['a', 1, 2000, 8000],
      ['b', 2, 3000, 9000],
      ['a', 1, 4000, 6000],
      ['b', 2, 5000, 7000],
    ]);
  });

  it('never lays two things over each other that do not belong together', () => {
    const rows = new Map<string, Event[]>();
    for (const e of events.filter((one) => one.ph === 'X'))
      rows.set(`${e.pid} ${e.tid}`, [...(rows.get(`${e.pid} ${e.tid}`) ?? []), e]);
    for (const own of rows.values())
      for (const [i, e] of own.entries())
        for (const other of own.slice(i + 1))
          if (other.args.action !== e.args.action) expect(other.ts).toBeGreaterThanOrEqual(e.ts + e.dur);
  });
});
