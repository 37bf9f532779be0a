// join-analysis --code code.json --names name_map.json --out analysis.json
import { err, ok, type Result } from '../../../src/base/result.ts';
import { readText, writeFile } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { parseNameMap } from '../../shared/name-map/parse-name-map.ts';
import { joinAnalysis } from './join-analysis.ts';

/** Apart from the search for code, so that a new name does not search again. */
runTool({
  name: 'join-analysis',
  required: ['code', 'names', 'out'],
  run(get) {
    const [code, map] = [readText(get('code')), readText(get('names'))];
    if (!code.ok) return code;
    const names = map.ok ? parseNameMap(map.value) : map;
    if (!names.ok) return names;
    const analysis = parse(code.value);
    if (!analysis.ok) return analysis;
    writeFile(get('out'), `${JSON.stringify(joinAnalysis(analysis.value, names.value), null, 1)}\n`);
    return ok(0);
  },
});

function parse(text: string): Result<Readonly<Record<string, unknown>>, string> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return ok({ ...value });
  } catch {
    // Told below.
  }
  return err('the analysis is not JSON');
}
