import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { CacheLimits } from './eviction.ts';
import { GRACE_MS } from './last-use.ts';
import { placeFile, removeQuietly, withFolder } from './place-file.ts';

/**
 * Knowing the store's size without walking it: what the last collection measured, plus a line for what each build
 * added since. Approximate on purpose; a collection measures again.
 */
const measureFile = (directory: string): string => `${directory}/measure.json`;
const growthFile = (directory: string): string => `${directory}/growth`;

/** Even if nothing seems to have grown: a build that was killed could not note what it added. */
const MEASURE_AGAIN_MS = 86_400_000;
const MAX_GROWTH_FILE = 1024 * 1024;

/** Called by a build when it is done. A cache that cannot be written to does not grow either. */
export function noteGrowth(directory: string, addedBytes: number): void {
  if (addedBytes === 0) return;
  const path = growthFile(directory);
  quietly(() => withFolder(path, () => appendFileSync(path, `${addedBytes}\n`)));
}

/** Whether a collection is worth its walk. */
export function shouldCollect(directory: string, limits: CacheLimits, nowMs = Date.now()): boolean {
  const measure = readMeasure(directory);
  const growth = readGrowth(directory);
  if (measure === undefined) return growth > 0;
  const age = nowMs - measure.atMs;
  // So soon after the last one there is nothing old enough to be removed that was not then.
  if (age >= 0 && age < GRACE_MS) return false;
  return measure.bytes + growth > limits.maxSizeBytes || age < 0 || age > MEASURE_AGAIN_MS;
}

/** Called by a collection: counting starts again from here. */
export function recordMeasure(directory: string, bytes: number, atMs: number): void {
  quietly(() => {
    rmSync(growthFile(directory), { force: true });
    placeFile(directory, measureFile(directory), (temp) => {
      writeFileSync(temp, `${JSON.stringify({ bytes, atMs })}\n`);
      removeQuietly(measureFile(directory));
    });
  });
}

/** What the store holds by this count; undefined: never measured. */
export function estimatedBytes(directory: string): number | undefined {
  const measure = readMeasure(directory);
  return measure && measure.bytes + readGrowth(directory);
}

function readMeasure(directory: string): { bytes: number; atMs: number } | undefined {
  const data: unknown = quietly(() => JSON.parse(readFileSync(measureFile(directory), 'utf8')));
  if (typeof data !== 'object' || data === null || !('bytes' in data) || !('atMs' in data)) return undefined;
  const { bytes, atMs } = data;
  return typeof bytes === 'number' && typeof atMs === 'number' ? { bytes, atMs } : undefined;
}

function readGrowth(directory: string): number {
  const path = growthFile(directory);
  const size = quietly(() => statSync(path).size) ?? 0;
  if (size > MAX_GROWTH_FILE) return Number.POSITIVE_INFINITY;
  const lines = quietly(() => readFileSync(path, 'utf8').split('\n')) ?? [];
  return lines.reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
}

/** None of this is worth failing a build for. */
function quietly<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
