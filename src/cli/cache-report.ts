import { bytes } from '../report/byte-count.ts';
import { plural } from '../report/terminal-text.ts';
import type { GcReport } from '../store/gc.ts';
import type { CacheStats } from '../store/stats.ts';
import type { VerifyReport } from '../store/verify.ts';

type Row = readonly [name: string, value: string];

/** What is said about the cache: to people, or as JSON. */
export const cacheReport = {
  stats(stats: CacheStats, nowMs: number, json: boolean): string {
    if (json) return toJson(statsJson(stats));
    return table([
      ['cache', stats.directory],
      ['size', bytes(stats.bytes)],
      ['results', String(stats.results)],
      [
        'blobs',
        `${stats.blobs}${stats.blobs === 0 ? '' : ` (the largest: ${bytes(stats.largestBlobBytes)})`}`,
      ],
      ['temporary files', String(stats.temporaryFiles)],
      ['unused for', stats.oldestUseMs === undefined ? '-' : `${age(nowMs - stats.oldestUseMs)} at most`],
    ]);
  },

  gc(directory: string, report: GcReport, json: boolean): string {
    const { removedResults, removedBlobs, removedTemporary, freedBytes, keptBytes } = report;
    if (json) {
      return toJson({
        directory,
        removed_results: removedResults,
        removed_blobs: removedBlobs,
        removed_temporary: removedTemporary,
        freed_bytes: freedBytes,
        kept_bytes: keptBytes,
      });
    }
    return table([
      ['cache', directory],
      [
        'removed',
        `${plural(removedResults, 'result')}, ${plural(removedBlobs, 'blob')}, ${plural(removedTemporary, 'left-over file')}`,
      ],
      ['freed', bytes(freedBytes)],
      ['kept', bytes(keptBytes)],
    ]);
  },

  verify(directory: string, report: VerifyReport, json: boolean): string {
    const { blobs, results, damagedBlobs, damagedResults, incompleteResults, strays } = report;
    if (json) {
      return toJson({
        directory,
        blobs,
        results,
        bytes: report.bytes,
        damaged_blobs: damagedBlobs,
        damaged_results: damagedResults,
        incomplete_results: incompleteResults,
        strays,
      });
    }
    const damaged = damagedBlobs + damagedResults;
    return table([
      ['cache', directory],
      ['read', `${plural(results, 'result')}, ${plural(blobs, 'blob')}, ${bytes(report.bytes)}`],
      [
        'damaged',
        damaged === 0
          ? 'none'
          : `${plural(damagedResults, 'result')}, ${plural(damagedBlobs, 'blob')}: removed`,
      ],
      [
        'of no use',
        `${plural(incompleteResults, 'incomplete result')}, ${plural(strays, 'stray file')}${incompleteResults + strays > 0 ? ': removed' : ''}`,
      ],
    ]);
  },
};

function statsJson(stats: CacheStats): object {
  const { directory, blobs, results, largestBlobBytes, temporaryFiles, oldestUseMs } = stats;
  return {
    directory,
    bytes: stats.bytes,
    results,
    blobs,
    largest_blob_bytes: largestBlobBytes,
    temporary_files: temporaryFiles,
    oldest_use: oldestUseMs === undefined ? null : new Date(oldestUseMs).toISOString(),
  };
}

const toJson = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function table(rows: readonly Row[]): string {
  const widest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(widest)}  ${value}\n`).join('');
}

function age(ms: number): string {
  const hours = Math.max(0, ms) / 3_600_000;
  if (hours < 1) return plural(Math.round(hours * 60), 'minute');
  return hours < 48 ? plural(Math.round(hours), 'hour') : plural(Math.round(hours / 24), 'day');
}
