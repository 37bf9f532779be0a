// provenance --provenance provenance.toml --input FILE --out FILE
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { err, ok } from '../../../src/base/result.ts';
import { readBytes, readText } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { vouch } from './vouch.ts';

runTool({
  name: 'provenance',
  required: ['provenance', 'input', 'out'],
  run(get) {
    const text = readText(get('provenance'));
    if (!text.ok) return text;
    const content = readBytes(get('input'));
    if (!content.ok) return content;
    const sha256 = createHash('sha256').update(content.value).digest('hex');
    const entry = vouch(text.value, { path: get('input'), sha256, size: content.value.length });
    if (!entry.ok) return err(`${get('provenance')}: ${entry.error}`);
    writeFileSync(get('out'), `${JSON.stringify({ schema_version: 1, input: entry.value }, null, 2)}\n`);
    return ok(0);
  },
});
