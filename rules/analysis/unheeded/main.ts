// tell-unheeded --unheeded FILE --out FILE [--places FILE]
import { err, ok, type Result } from '../../../src/base/result.ts';
import { readText, writeFile } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { isRecord } from '../../shared/name-map/json-values.ts';
import { shortened, unheededLines } from './unheeded-lines.ts';

/** Says what of a name map could not be followed, for people: on standard error, and in a file. */
runTool({
  name: 'tell-unheeded',
  required: ['unheeded', 'out'],
  optional: ['places'],
  run(get, find) {
    const list = readJson(get('unheeded'));
    if (!list.ok) return list;
    const path = find('places');
    const places = path === undefined ? ok({}) : readJson(path);
    if (!places.ok) return places;
    const lines = unheededLines(list.value, isRecord(places.value) ? places.value : {});
    writeFile(get('out'), lines.map((line) => `${line}\n`).join(''));
    process.stderr.write(
      shortened(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    return ok(0);
  },
});

function readJson(path: string): Result<unknown, string> {
  const text = readText(path);
  if (!text.ok) return text;
  try {
    return ok(JSON.parse(text.value));
  } catch {
    return err(`${path} is not JSON`);
  }
}
