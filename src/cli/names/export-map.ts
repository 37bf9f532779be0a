import { exportNames } from '../../../rules/shared/name-map/export-names.ts';
import { formatNamed, NAME_FORMATS } from '../../../rules/shared/name-map/formats/formats.ts';
import { say } from '../print.ts';
import { usageFault } from '../usage-fault.ts';
import { readMap, writeResult } from './name-files.ts';
import { type NamesWords, refuseOthers } from './names-words.ts';

/** `recomp names export`: a name map for another tool. */
export function exportMap(words: NamesWords, [file, surplus]: readonly string[]): number {
  const refused = refuseOthers(words, 'export', ['format', 'out']);
  if (refused !== undefined) return refused;
  const wanted = words.value('format');
  const format = wanted === undefined ? undefined : formatNamed(wanted);
  if (file === undefined || surplus !== undefined)
    return usageFault('names', 'export which map? name one name_map.json');
  if (format === undefined) {
    const known = NAME_FORMATS.map((f) => f.id).join(', ');
    return usageFault(
      'names',
      `${wanted === undefined ? 'to which format?' : `there is no format ${wanted};`} --format is one of ${known}`,
    );
  }
  const map = readMap(file);
  if (!map.ok) {
    say(map.error);
    return 2;
  }
  const { text, left } = exportNames(map.value.entries, format);
  for (const { what, addresses } of left)
    say(`${format.title} has no place for ${what}: ${shorten(addresses)}`);
  return writeResult(words.value('out'), text);
}

const SHOWN = 5;

const shorten = (addresses: readonly string[]): string =>
  addresses.length <= SHOWN
    ? addresses.join(', ')
    : `${addresses.slice(0, SHOWN).join(', ')} and ${addresses.length - SHOWN} more`;
