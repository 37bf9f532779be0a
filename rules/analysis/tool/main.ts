// names --out FOLDER [--map name_map.json]… [--program NAME] [--least-evidence NUMBER]
import { err, ok, type Result } from '../../../src/base/result.ts';
import { printHints } from '../../recompiler/analyse/hints.ts';
import { readText, writeFiles } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { hex, type NameEntry, sureness } from '../../shared/name-map/entry.ts';
import { findOverlaps, findRepeated, findUnproven } from '../../shared/name-map/faults.ts';
import { mergeNames, type NameSource } from '../../shared/name-map/merge.ts';
import { parseNameMap } from '../../shared/name-map/parse-name-map.ts';
import { printNameMap } from '../../shared/name-map/print-name-map.ts';
import { hintsOf } from './hints-of.ts';
import { ofProgram } from './of-program.ts';

/** All that is said of names becomes one map, what of it moves code becomes hints, and what was decided is reported. */
runTool({
  name: 'names',
  required: ['out'],
  optional: ['program', 'least-evidence'],
  repeated: ['map'],
  run(get, find, all) {
    const sources = readMaps(all('map'));
    if (!sources.ok) return sources;
    const mine = ofProgram(sources.value, find('program'));
    if (!mine.ok) return mine;
    const { entries, conflicts } = mergeNames(mine.value.sources, 'first');
    const least = find('least-evidence');
    const refused = least === undefined ? [] : findUnproven(entries, Number(least));
    if (refused.length > 0) return err(refusal(refused, Number(least)));
    const report = {
      schema_version: 1,
      sources: mine.value.sources.map(({ label, entries: { length } }) => ({
        source: label,
        entries: length,
      })),
      of_other_programs: mine.value.others,
      conflicts,
      overlaps: findOverlaps(entries),
      repeated: findRepeated(entries),
    };
    writeFiles(get('out'), [
      ['name_map.json', printNameMap(entries)],
      ['hints.json', printHints(hintsOf(entries))],
      ['names-report.json', `${JSON.stringify(report, null, 1)}\n`],
    ]);
    return ok(0);
  },
});

function readMaps(paths: readonly string[]): Result<readonly NameSource[], string> {
  const sources: NameSource[] = [];
  for (const path of paths) {
    const text = readText(path);
    const entries = text.ok ? parseNameMap(text.value) : text;
    if (!entries.ok) return err(`${path}: ${entries.error}`);
    sources.push({ label: path, entries: entries.value });
  }
  return ok(sources);
}

const SHOWN = 20;

function refusal(refused: readonly NameEntry[], least: number): string {
  const lines = refused
    .slice(0, SHOWN)
    .map((e) => `  ${hex(e.address)} ${e.name}: ${e.evidence ? `only as sure as ${sureness(e)}` : 'none'}`);
  const more = refused.length > SHOWN ? `\n  and ${refused.length - SHOWN} more` : '';
  return `names without enough evidence (${least} is asked for), or without any:\n${lines.join('\n')}${more}\nsay where each comes from: "evidence": [{"source": "person", "detail": "…"}]`;
}
