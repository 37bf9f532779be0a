// intake --input FILE --out FOLDER [--name NAME]
import { basename } from 'node:path';
import { ok } from '../../../src/base/result.ts';
import { readBytes, writeFiles } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';
import { intake } from './intake.ts';

runTool({
  name: 'intake',
  required: ['input', 'out'],
  optional: ['name'],
  run(get, find) {
    const content = readBytes(get('input'));
    if (!content.ok) return content;
    const name = find('name') ?? basename(get('input')).replace(/\.[^.]*$/, '');
    const result = intake(name, content.value);
    if (!result.ok) return result;
    const manifest = `${JSON.stringify(result.value.manifest, null, 2)}\n`;
    writeFiles(get('out'), [['module.json', manifest], ...result.value.files]);
    return ok(0);
  },
});
