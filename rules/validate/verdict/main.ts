// verdict --report validation-report.json
import { err, ok } from '../../../src/base/result.ts';
import { readText } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { failuresOf } from './failures.ts';

runTool({
  name: 'verdict',
  required: ['report'],
  run(get) {
    const text = readText(get('report'));
    if (!text.ok) return text;
    const failures = failuresOf(text.value);
    if (!failures.ok) return err(`${get('report')}: ${failures.error}`);
    for (const failure of failures.value) process.stderr.write(`validate: ${failure}\n`);
    if (failures.value.length > 0) process.stderr.write(`validate: the report is ${get('report')}\n`);
    return ok(failures.value.length === 0 ? 0 : 1);
  },
});
