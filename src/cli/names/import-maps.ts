import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { findOverlaps, findRepeated } from '../../../rules/shared/name-map/faults.ts';
import { type Imported, importNames } from '../../../rules/shared/name-map/import-names.ts';
import { addressOf } from '../../../rules/shared/name-map/json-values.ts';
import { mergeNames, type NameSource } from '../../../rules/shared/name-map/merge.ts';
import { printNameMap } from '../../../rules/shared/name-map/print-name-map.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { plural } from '../../report/terminal-text.ts';
import { say } from '../print.ts';
import { usageFault } from '../usage-fault.ts';
import { readMap, readNames, writeResult } from './name-files.ts';
import { type NamesWords, refuseOthers } from './names-words.ts';
import { tell, tellConflicts, tellFaults } from './tell.ts';

/** `recomp names import`: what other tools know, as a name map. */
export function importMaps(words: NamesWords, files: readonly string[]): number {
  const refused = refuseOthers(words, 'import', [
    'format',
    'out',
    'into',
    'offset',
    'keep',
    'boundaries',
    'json',
  ]);
  if (refused !== undefined) return refused;
  const wishes = readWishes(words);
  if (!wishes.ok) return usageFault('names', wishes.error);
  const [out, into] = [words.value('out'), words.value('into')];
  if (files.length === 0) return usageFault('names', 'import what? name one or more files');
  if (out !== undefined && into !== undefined)
    return usageFault('names', '--into says where the result goes, and so does --out: use one');
  if (words.has('json') && out === undefined && into === undefined)
    return usageFault('names', '--json prints the report: say by --out or --into where the names go');
  const before = into === undefined || !existsSync(into) ? ok(undefined) : readMap(into);
  if (!before.ok) return fail(before.error);
  const listed = (before.value?.entries ?? []).map((e) => e.address);
  const keep = new Set([...wishes.value.keep, ...listed]);
  const imported: { file: string; result: Imported }[] = [];
  for (const file of files) {
    const text = readNames(file);
    const result = text.ok ? importNames(text.value, { ...wishes.value, keep, from: basename(file) }) : text;
    if (!result.ok) return fail(text.ok ? `${file}: ${result.error}` : result.error);
    imported.push({ file, result: result.value });
  }
  const sources: NameSource[] = imported.map(({ file, result }) => ({
    label: file,
    entries: result.entries,
  }));
  const merged = mergeNames([...(before.value ? [before.value] : []), ...sources], 'first');
  const overlaps = findOverlaps(merged.entries);
  const repeated = findRepeated(merged.entries);
  const code = writeResult(out ?? into, printNameMap(merged.entries));
  if (code !== 0) return code;
  if (words.has('json')) {
    const report = {
      files: imported.map(asReport),
      entries: merged.entries.length,
      conflicts: merged.conflicts,
      overlaps,
      repeated,
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return 0;
  }
  for (const { file, result } of imported) tellImport(file, result);
  tellConflicts(merged.conflicts);
  tellFaults(overlaps, repeated);
  return 0;
}

function fail(message: string): number {
  say(message);
  return 2;
}

interface Wishes {
  readonly format: string | undefined;
  readonly offset: number;
  readonly keep: ReadonlySet<number>;
  readonly boundaries: boolean;
}

function readWishes(words: NamesWords): Result<Wishes, string> {
  const offset = /^([+-]?)(.*)$/.exec(words.value('offset') ?? '0');
  const distance = addressOf(offset?.[2] ?? '');
  if (distance === undefined) return err('--offset is a number, such as 0x1000 or -0x7100000000');
  const kept = (words.value('keep') ?? '').split(',').filter((word) => word !== '');
  const keep = kept.map(addressOf).filter((address) => address !== undefined);
  if (keep.length < kept.length) return err('--keep is a list of addresses: --keep=0x8000080,0x80000b0');
  return ok({
    format: words.value('format'),
    offset: offset?.[1] === '-' ? -distance : distance,
    keep: new Set(keep),
    boundaries: words.has('boundaries'),
  });
}

const asReport = ({ file, result }: { file: string; result: Imported }): object => ({
  file,
  format: result.format,
  entries: result.entries.length,
  automatic_names_dropped: result.automatic,
  respelt: result.respelt,
  repeated: result.repeated,
});

function tellImport(file: string, { format, entries, automatic, respelt, repeated }: Imported): void {
  const dropped = automatic === 0 ? '' : `, ${plural(automatic, 'automatic name')} dropped`;
  say(`${file}: ${plural(entries.length, 'entry', 'entries')} from ${format}${dropped}`);
  tell(
    'spelt differently, as a name map needs it:',
    respelt.map(({ address, from, to }) => `${address} ${from} is now ${to}`),
  );
  tell(
    'listed more than once; the first counts:',
    repeated.map(({ address, kept, dropped: other }) => `${address} ${kept} stays, ${other} goes`),
  );
}
