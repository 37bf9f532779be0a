import type { Overlap, Repeated } from '../../../rules/shared/name-map/faults.ts';
import type { Conflict } from '../../../rules/shared/name-map/merge.ts';
import { cleanLog, plural } from '../../report/terminal-text.ts';
import { say } from '../print.ts';

const SHOWN = 20;

/** Each thing in a line of its own, as far as a screen goes. */
export function tell(heading: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const more = lines.length - SHOWN;
  say(heading);
  for (const line of lines.slice(0, SHOWN)) process.stderr.write(`  ${cleanLog(line, false)}\n`);
  if (more > 0) process.stderr.write(`  and ${more} more; --json has all\n`);
}

export function tellConflicts(conflicts: readonly Conflict[]): void {
  tell(
    `${plural(conflicts.length, 'difference')}, decided like this:`,
    conflicts.map(
      ({ address, what, kept, dropped, because }) =>
        `${address} ${what}: ${kept.value} (${kept.source}) stays, ${dropped.value} (${dropped.source}) goes; ${because}`,
    ),
  );
}

export function tellFaults(overlaps: readonly Overlap[], repeated: readonly Repeated[]): void {
  tell(
    `${plural(overlaps.length, 'overlap')}:`,
    overlaps.map(
      ({ first, second, bytes }) =>
        `${called(first)} (${first.size ?? 0} bytes) runs ${bytes} bytes into ${called(second)}`,
    ),
  );
  tell(
    `${plural(repeated.length, 'name')} at several addresses:`,
    repeated.map(({ name, addresses }) => `${name}: ${addresses.join(', ')}`),
  );
}

const called = ({ address, name }: Overlap['first']): string =>
  name === '' ? address : `${address} ${name}`;
