import type { Access } from './access.ts';
import type { Metrics } from './metrics.ts';
import type { Patience } from './patience.ts';
import type { CacheStore, StoreFigures } from './store/open-cache-store.ts';

/** What every protocol's face stands on. */
export interface CacheService {
  readonly store: CacheStore;
  /** May be another one after a reload. */
  readonly access: () => Access;
  readonly count: ServiceCounters;
  readonly metrics: Metrics;
  readonly patience: Patience;
  /** Something that should not happen, for whoever runs the server. */
  readonly report: (message: string) => void;
}

export interface ServiceCounters {
  request(protocol: Protocol, method: string, code: string, seconds: number): void;
  received(protocol: Protocol, bytes: number): void;
  sent(protocol: Protocol, bytes: number): void;
  lookup(outcome: 'hit' | 'miss'): void;
  update(outcome: string): void;
}

export type Protocol = 'grpc' | 'http';

export function serviceCounters(metrics: Metrics): ServiceCounters {
  const requests = metrics.counter('recomp_cache_requests_total', 'Requests that are over, by outcome.');
  const seconds = metrics.counter('recomp_cache_request_seconds_total', 'Time that requests took.');
  const received = metrics.counter('recomp_cache_received_bytes_total', 'Bytes of blobs that came in.');
  const sent = metrics.counter('recomp_cache_sent_bytes_total', 'Bytes of blobs that went out.');
  const lookups = metrics.counter('recomp_cache_result_lookups_total', 'Action results asked for.');
  const updates = metrics.counter('recomp_cache_result_updates_total', 'Action results sent, by outcome.');
  return {
    request(protocol, method, code, took) {
      requests({ protocol, method, code });
      seconds({ protocol, method }, took);
    },
    received: (protocol, bytes) => received({ protocol }, bytes),
    sent: (protocol, bytes) => sent({ protocol }, bytes),
    lookup: (outcome) => lookups({ outcome }),
    update: (outcome) => updates({ outcome }),
  };
}

export function storeMetrics(metrics: Metrics, figures: () => StoreFigures): void {
  const gauge = (name: string, help: string, value: () => number) =>
    ({ name: `recomp_cache_${name}`, kind: 'gauge', help, value }) as const;
  metrics.watch(
    gauge('bytes', 'Room taken on disk, uploads on their way included.', () => figures().bytes),
    gauge('max_bytes', 'The bound.', () => figures().maxBytes),
    gauge('blobs', 'Blobs held.', () => figures().blobs),
    gauge('results', 'Action results held.', () => figures().results),
    {
      name: 'recomp_cache_evictions_total',
      kind: 'counter',
      help: 'Blobs and results that had to make room.',
      value: () => figures().evictions,
    },
    {
      name: 'process_resident_memory_bytes',
      kind: 'gauge',
      help: 'Memory in use.',
      value: () => process.memoryUsage.rss(),
    },
    {
      name: 'process_cpu_seconds_total',
      kind: 'counter',
      help: 'Processor time used.',
      value: () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    },
  );
}
