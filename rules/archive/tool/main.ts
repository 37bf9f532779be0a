// archive --label LABEL --index FILE --sums FILE [--provenance FILE --record FILE] [--reports FOLDER] [--config NAME=PATH]…
//   [--stage NAME.files]…
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readText } from '../../recompiler/tool/files.ts';
import { artifactIndex, readStage, sumsText } from './artifact-index.ts';
import { provenanceManifest } from './provenance-manifest.ts';
import { keepReports } from './stage-reports.ts';

const { values } = parseArgs({
  options: {
    label: { type: 'string', default: '' },
    index: { type: 'string', default: '' },
    sums: { type: 'string', default: '' },
    provenance: { type: 'string' },
    record: { type: 'string' },
    reports: { type: 'string' },
    config: { type: 'string', multiple: true, default: [] },
    stage: { type: 'string', multiple: true, default: [] },
  },
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const artifacts = values.stage.flatMap((list) => readStage(basename(list, '.files'), list));
const configs = values.config.map((word): [string, string] => [
  word.slice(0, word.indexOf('=')),
  word.slice(word.indexOf('=') + 1),
]);
writeFileSync(values.index, json(artifactIndex(values.label, artifacts, configs)));
if (values.reports !== undefined) keepReports(artifacts, values.reports);
writeFileSync(values.sums, sumsText(artifacts));
if (values.provenance !== undefined && values.record !== undefined) {
  const text = readText(values.provenance);
  const manifest = text.ok ? provenanceManifest(text.value) : text;
  if (manifest.ok) writeFileSync(values.record, json(manifest.value));
  else {
    process.stderr.write(`archive: ${values.provenance}: ${manifest.error}\n`);
    process.exitCode = 2;
  }
}
