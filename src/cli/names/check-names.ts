import { hex, sureness } from '../../../rules/shared/name-map/entry.ts';
import { findOverlaps, findRepeated, findUnproven } from '../../../rules/shared/name-map/faults.ts';
import { mergeNames, type NameSource } from '../../../rules/shared/name-map/merge.ts';
import { plural } from '../../report/terminal-text.ts';
import { say } from '../print.ts';
import { usageFault } from '../usage-fault.ts';
import { boundaryDoubts, doubtLine } from './boundary-doubts.ts';
import { readMap } from './name-files.ts';
import { type NamesWords, refuseOthers } from './names-words.ts';
import { tell, tellConflicts, tellFaults } from './tell.ts';

/** `recomp names check`: what is doubtful in name maps; 1 if anything is. */
export function checkNames(words: NamesWords, files: readonly string[]): number {
  const refused = refuseOthers(words, 'check', ['least-evidence', 'analysis', 'json']);
  if (refused !== undefined) return refused;
  const wanted = words.value('least-evidence');
  const least = wanted === undefined ? undefined : Number(wanted);
  if (least !== undefined && !(least >= 0 && least <= 1))
    return usageFault('names', '--least-evidence is a number from 0 to 1');
  if (files.length === 0) return usageFault('names', 'check what? name one or more name maps');
  const sources: NameSource[] = [];
  for (const file of files) {
    const map = readMap(file);
    if (!map.ok) {
      say(map.error);
      return 2;
    }
    sources.push(map.value);
  }
  const { entries, conflicts } = mergeNames(sources, 'first');
  const [overlaps, repeated] = [findOverlaps(entries), findRepeated(entries)];
  const unproven = least === undefined ? [] : findUnproven(entries, least);
  const boundaries = boundaryDoubts(files, entries, words.value('analysis'));
  if (!boundaries.ok) {
    say(boundaries.error);
    return 2;
  }
  const doubts =
    conflicts.length + overlaps.length + repeated.length + unproven.length + boundaries.value.length;
  if (words.has('json')) {
    const doubtful = unproven.map((e) => ({
      address: hex(e.address),
      name: e.name,
      confidence: sureness(e),
    }));
    const report = {
      entries: entries.length,
      conflicts,
      overlaps,
      repeated,
      unproven: doubtful,
      boundaries: boundaries.value,
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return doubts === 0 ? 0 : 1;
  }
  tellConflicts(conflicts);
  tellFaults(overlaps, repeated);
  tell(
    `${plural(boundaries.value.length, 'statement')} that cannot be followed:`,
    boundaries.value.map(doubtLine),
  );
  tell(
    `${plural(unproven.length, 'name')} that too little speaks for:`,
    unproven.map(
      (e) => `${hex(e.address)} ${e.name}: ${e.evidence ? `as sure as ${sureness(e)}` : 'no evidence'}`,
    ),
  );
  if (doubts === 0) say(`${plural(entries.length, 'entry', 'entries')}, and no doubt`);
  return doubts === 0 ? 0 : 1;
}
