import { findOverlaps, findRepeated } from '../../../rules/shared/name-map/faults.ts';
import { mergeNames, type NameSource, PREFERENCES } from '../../../rules/shared/name-map/merge.ts';
import { printNameMap } from '../../../rules/shared/name-map/print-name-map.ts';
import { plural } from '../../report/terminal-text.ts';
import { say } from '../print.ts';
import { usageFault } from '../usage-fault.ts';
import { readMap, writeResult } from './name-files.ts';
import { type NamesWords, refuseOthers } from './names-words.ts';
import { tellConflicts, tellFaults } from './tell.ts';

/** `recomp names merge`: one map of several, and what was decided. */
export function mergeMaps(words: NamesWords, files: readonly string[]): number {
  const refused = refuseOthers(words, 'merge', ['out', 'prefer', 'json']);
  if (refused !== undefined) return refused;
  const wanted = words.value('prefer') ?? 'evidence';
  const prefer = PREFERENCES.find((known) => known === wanted);
  const out = words.value('out');
  if (prefer === undefined) return usageFault('names', `--prefer is one of ${PREFERENCES.join(', ')}`);
  if (files.length < 2) return usageFault('names', 'merge what? name two name maps or more');
  if (words.has('json') && out === undefined)
    return usageFault('names', '--json prints the report: say by --out where the names go');
  const sources: NameSource[] = [];
  for (const file of files) {
    const map = readMap(file);
    if (!map.ok) {
      say(map.error);
      return 2;
    }
    sources.push(map.value);
  }
  const { entries, conflicts } = mergeNames(sources, prefer);
  const [overlaps, repeated] = [findOverlaps(entries), findRepeated(entries)];
  const code = writeResult(out, printNameMap(entries));
  if (code !== 0) return code;
  if (words.has('json')) {
    const report = { entries: entries.length, conflicts, overlaps, repeated };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return 0;
  }
  say(`${plural(entries.length, 'entry', 'entries')} from ${plural(files.length, 'map')}`);
  tellConflicts(conflicts);
  tellFaults(overlaps, repeated);
  return 0;
}
