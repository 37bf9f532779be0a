import { plural } from './terminal-text.ts';

const UNITS = ['KB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, spelled as `max_size` reads them. */
export function bytes(count: number): string {
  if (count < 1000) return plural(count, 'byte');
  let value = count;
  let unit = '';
  for (const next of UNITS) {
    if (value < 999.95 && unit !== '') break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}
