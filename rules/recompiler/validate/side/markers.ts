import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../bad-input.ts';
import type { Timeline } from '../settings/video-config.ts';

const FILE = 'markers.json';

/** Moments that the input script has names for, as the capture left them; of other captures there are none. */
export function markersIn(capture: string): Timeline['events'] {
  const file = join(capture, FILE);
  if (!existsSync(file)) return [];
  const read = parsed(readFileSync(file, 'utf8'));
  return Array.isArray(read) && read.every(isMarker) ? read : refuse(`${file} is no list of names and times`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isMarker = (value: unknown): value is Timeline['events'][number] =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'time' in value &&
  typeof value.time === 'number' &&
  value.time >= 0;
