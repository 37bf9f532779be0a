import type { ActionRecord } from '../model/record.ts';
import type { BuildInput } from './build-input.ts';
import type { BuildObserver } from './build-observer.ts';
import type { BuildOutcome } from './build-outcome.ts';
import type { TraceSource } from './trace.ts';

/*
 * A build that left outputs in the remote cache and finds them gone when they are needed goes over everything once more, and leaves
 * nothing away this time. What it has done already it finds in place.
 */

/** Whatever was right so far is known; everything is looked at. */
export function inputAfter(input: BuildInput, { traces }: BuildOutcome): BuildInput {
  const known: TraceSource = {
    at: (index, id) => traces.get(id) ?? input.traces.at(index, id),
    byId: (id) => traces.get(id) ?? input.traces.byId(id),
  };
  const options = { ...input.options, force: false };
  return { ...input, traces: known, dirty: 'all', steady: () => false, options };
}

/** Tells of each action once, unless it ran after all. */
export function observerAfter(observer: BuildObserver, { records }: BuildOutcome): BuildObserver {
  const done = new Set(records.flatMap(({ id, status }) => (status === 'succeeded' ? [id] : [])));
  let toSkip = done.size;
  return {
    planned: (actions, unknown) => {
      const skipped = Math.min(toSkip, Math.max(actions, 0));
      toSkip -= skipped;
      observer.planned(actions - skipped, unknown);
    },
    started: (...words) => observer.started(...words),
    retried: (...words) => observer.retried(...words),
    said: (...words) => observer.said?.(...words),
    finished: (record) => {
      if (!done.has(record.id) || isNews(record)) observer.finished(record);
    },
  };
}

/** What was done before counts as it was done then. */
export function joinedOutcome(first: BuildOutcome, second: BuildOutcome): BuildOutcome {
  const before = new Map(first.records.map((record) => [record.id, record]));
  const records = second.records.map((record) => {
    const earlier = before.get(record.id);
    const stands = earlier?.status === 'succeeded' && !isNews(record) && earlier.key === record.key;
    return stands ? { ...earlier, outputs: record.outputs } : record;
  });
  return { ...second, records, traces: new Map([...first.traces, ...second.traces]) };
}

const isNews = ({ status, source }: ActionRecord): boolean =>
  status !== 'succeeded' || (source !== 'journal' && source !== 'local' && source !== 'remote');
