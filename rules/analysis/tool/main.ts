// names --out FOLDER [--map name_map.json]… [--export FILE]… [--trace FILE] [--program NAME] [--least-evidence NUMBER]
import { basename } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { printHints } from '../../recompiler/analyse/hints.ts';
import { readText, writeFiles } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { parseRuntimeTrace, type RuntimeTrace } from '../../recompiler/trace/runtime-trace.ts';
import { hex, type NameEntry, sureness } from '../../shared/name-map/entry.ts';
import { findOverlaps, findRepeated, findUnproven } from '../../shared/name-map/faults.ts';
import { importNames } from '../../shared/name-map/import-names.ts';
import { mergeNames, type NameSource } from '../../shared/name-map/merge.ts';
import { parseNameMap } from '../../shared/name-map/parse-name-map.ts';
import { printNameMap } from '../../shared/name-map/print-name-map.ts';
import { hintsOf } from './hints-of.ts';
import { ofProgram } from './of-program.ts';
import { placesOf, type ReadNames } from './places-of.ts';
import { withTraceEvidence, withTraceHints } from './with-trace.ts';

/** All that is said of names becomes one map, what of it moves code becomes hints, and what was decided is reported. */
runTool({
  name: 'names',
  required: ['out'],
  optional: ['program', 'least-evidence', 'trace'],
  repeated: ['map', 'export'],
  run(get, find, all) {
    const maps = readMaps(all('map'));
    if (!maps.ok) return maps;
    const exported = readExports(all('export'));
    if (!exported.ok) return exported;
    const trace = readTrace(find('trace'));
    if (!trace.ok) return trace;
    const files = [...maps.value, ...exported.value.files];
    const mine = ofProgram(files.map(asSource), find('program'));
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
      exports: exported.value.reports,
      conflicts,
      overlaps: findOverlaps(entries),
      repeated: findRepeated(entries),
    };
    const seen = trace.value;
    const named = seen === undefined ? entries : withTraceEvidence(entries, seen);
    const hints = seen === undefined ? hintsOf(entries) : withTraceHints(hintsOf(entries), seen);
    writeFiles(get('out'), [
      ['name_map.json', printNameMap(named)],
      ['hints.json', printHints(hints)],
      ['places.json', `${JSON.stringify(placesOf(files), null, 1)}\n`],
      ['names-report.json', `${JSON.stringify(report, null, 1)}\n`],
    ]);
    return ok(0);
  },
});

function asSource({ path, entries }: ReadNames): NameSource {
  return { label: path, entries };
}

function readMaps(paths: readonly string[]): Result<readonly ReadNames[], string> {
  const files: ReadNames[] = [];
  for (const path of paths) {
    const text = readText(path);
    if (!text.ok) return text;
    const entries = parseNameMap(text.value);
    if (!entries.ok) return err(`${path}: ${entries.error}`);
    files.push({ path, text: text.value, entries: entries.value });
  }
  return ok(files);
}

/** In whatever format: names that a tool made up are dropped, the starts of functions that it found stay. */
function readExports(
  paths: readonly string[],
): Result<{ readonly files: readonly ReadNames[]; readonly reports: readonly object[] }, string> {
  const files: ReadNames[] = [];
  const reports: object[] = [];
  for (const path of paths) {
    const text = readText(path);
    if (!text.ok) return text;
    const read = importNames(text.value, { from: basename(path), boundaries: true });
    if (!read.ok) return err(`${path}: ${read.error}`);
    const { format, entries, automatic, respelt, repeated } = read.value;
    files.push({ path, text: text.value, entries });
    reports.push({ source: path, format, automatic_names_dropped: automatic, respelt, repeated });
  }
  return ok({ files, reports });
}

function readTrace(path: string | undefined): Result<RuntimeTrace | undefined, string> {
  if (path === undefined) return ok(undefined);
  const text = readText(path);
  const trace = text.ok ? parseRuntimeTrace(text.value) : text;
  return trace.ok ? trace : err(text.ok ? `${path}: ${trace.error}` : trace.error);
}

const SHOWN = 20;

function refusal(refused: readonly NameEntry[], least: number): string {
  const lines = refused
    .slice(0, SHOWN)
    .map((e) => `  ${hex(e.address)} ${e.name}: ${e.evidence ? `only as sure as ${sureness(e)}` : 'none'}`);
  const more = refused.length > SHOWN ? `\n  and ${refused.length - SHOWN} more` : '';
  return `names without enough evidence (${least} is asked for), or without any:\n${lines.join('\n')}${more}\nsay where each comes from: "evidence": [{"source": "person", "detail": "…"}]`;
}
