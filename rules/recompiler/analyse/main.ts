// analyse --module FOLDER --out FILE --shape FILE --unheeded FILE [--hints FILE]
import { err, ok, type Result } from '../../../src/base/result.ts';
import { discover } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';
import { loadImage } from '../module/load-image.ts';
import { readText, writeFile } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { makeAnalysis, shapeOf } from './analysis.ts';
import { type Hints, NO_HINTS, parseHints } from './hints.ts';

runTool({
  name: 'analyse',
  required: ['module', 'out', 'shape', 'unheeded'],
  optional: ['hints'],
  run(get, find) {
    const image = loadImage(get('module'));
    if (!image.ok) return image;
    const hints = loadHints(find('hints'), image.value);
    if (!hints.ok) return hints;
    const analysis = makeAnalysis(image.value, discover(image.value, hints.value), hints.value);
    writeFile(get('out'), `${JSON.stringify(analysis, null, 1)}\n`);
    writeFile(get('shape'), `${JSON.stringify(shapeOf(analysis))}\n`);
    writeFile(get('unheeded'), `${JSON.stringify(analysis.unheeded)}\n`);
    return ok(0);
  },
});

function loadHints(path: string | undefined, image: Image): Result<Hints, string> {
  if (path === undefined) return ok(NO_HINTS);
  const text = readText(path);
  const hints = text.ok ? parseHints(text.value) : text;
  if (hints.ok && hints.value.traceOf !== undefined && hints.value.traceOf !== image.module.input_sha256)
    return err('the runtime trace is of another program: record it again, or leave it out');
  return hints;
}
