// apply-names --parts FILE --report lift-report.json --out FOLDER [--names name_map.json]
import { join } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import type { NameEntry } from '../../shared/name-map/entry.ts';
import { parseNameMap } from '../../shared/name-map/parse-name-map.ts';
import { readPart } from '../lift/part.ts';
import { readText, writeFile, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { nameReport, readReport } from './name-report.ts';
import { nameShard } from './name-shard.ts';

/** The only step that a new name runs again: what the lift made, region by region, is read, and named. `--parts` lists the files. */
runTool({
  name: 'apply-names',
  required: ['parts', 'report', 'out'],
  optional: ['names'],
  run(get, find) {
    const out = get('out');
    const names = loadNames(find('names'));
    if (!names.ok) return names;
    const text = readText(get('report'));
    const report = text.ok ? readReport(text.value) : text;
    if (!report.ok) return report;
    const list = readText(get('parts'));
    const shards = list.ok ? nameShards(list.value.split('\n').filter(Boolean), names.value) : list;
    if (!shards.ok) return shards;
    writeFiles(join(out, 'shards'), shards.value);
    const { whole } = nameReport(report.value, names.value);
    writeFile(join(out, 'lift-report.json'), `${JSON.stringify(whole, null, 2)}\n`);
    return ok(0);
  },
});

type Names = ReadonlyMap<number, NameEntry>;

function loadNames(path: string | undefined): Result<Names, string> {
  if (path === undefined) return ok(new Map());
  const text = readText(path);
  const entries = text.ok ? parseNameMap(text.value) : text;
  return entries.ok ? ok(new Map(entries.value.map((entry) => [entry.address, entry]))) : entries;
}

function nameShards(
  parts: readonly string[],
  names: Names,
): Result<readonly (readonly [string, string])[], string> {
  const shards: [string, string][] = [];
  for (const path of parts) {
    const text = readText(path);
    const part = text.ok ? readPart(text.value) : text;
    if (!part.ok) return err(`${path}: ${part.error}`);
    for (const shard of part.value) shards.push([shard.name, nameShard(shard.text, names)]);
  }
  return ok(shards);
}
