// apply-names --lifted FOLDER --out FOLDER [--names name_map.json]
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import type { NameEntry } from '../../shared/name-map/entry.ts';
import { parseNameMap } from '../../shared/name-map/parse-name-map.ts';
import { readBytes, readText, writeFile, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { nameReport, readReport } from './name-report.ts';
import { nameSection } from './name-section.ts';
import { nameShard } from './name-shard.ts';

/** The only step that a new name runs again: what the lift made is read, and named. */
runTool({
  name: 'apply-names',
  required: ['lifted', 'out'],
  optional: ['names'],
  run(get, find) {
    const [lifted, out] = [get('lifted'), get('out')];
    const names = loadNames(find('names'));
    if (!names.ok) return names;
    const text = readText(join(lifted, 'lift-report.json'));
    const report = text.ok ? readReport(text.value) : text;
    if (!report.ok) return report;
    const named = nameReport(report.value, names.value);
    const shards = nameShards(join(lifted, 'shards'), names.value);
    if (!shards.ok) return shards;
    const wasm = readBytes(join(lifted, 'program.wasm'));
    if (!wasm.ok) return wasm;
    writeFiles(join(out, 'shards'), shards.value);
    writeFile(join(out, 'program.wasm'), Buffer.concat([wasm.value, nameSection(named)]));
    writeFile(join(out, 'lift-report.json'), `${JSON.stringify(named.whole, null, 2)}\n`);
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

function nameShards(folder: string, names: Names): Result<readonly (readonly [string, string])[], string> {
  const shards: [string, string][] = [];
  try {
    for (const file of readdirSync(folder).sort()) {
      const text = readText(join(folder, file));
      if (!text.ok) return text;
      shards.push([file, nameShard(text.value, names)]);
    }
  } catch (error) {
    return err(`cannot read ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return ok(shards);
}
