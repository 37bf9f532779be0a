// package-wasm --module program.wasm --report lift-report.json --runner run-wasm.mjs --out PROGRAM
// Makes PROGRAM, a script for sh, and beside it PROGRAM.wasm and PROGRAM.mjs.
import { chmodSync, writeFileSync } from 'node:fs';
import { ok } from '../../../src/base/result.ts';
import { readReport } from '../../recompiler/apply-names/name-report.ts';
import { readBytes, readText } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';
import { nameSection, placeSection } from '../../recompiler/wasm/name-section.ts';

const LAUNCHER = `#!/bin/sh
# The program is the WebAssembly module beside this file; node runs it.
exec node "$0.mjs" "$0.wasm" "$@"
`;

runTool({
  name: 'package-wasm',
  required: ['module', 'report', 'runner', 'out'],
  run(get) {
    const module = readBytes(get('module'));
    if (!module.ok) return module;
    const runner = readBytes(get('runner'));
    if (!runner.ok) return runner;
    const text = readText(get('report'));
    const report = text.ok ? readReport(text.value) : text;
    if (!report.ok) return report;
    const out = get('out');
    writeFileSync(
      `${out}.wasm`,
      Buffer.concat([module.value, placeSection(report.value), nameSection(report.value)]),
    );
    writeFileSync(`${out}.mjs`, runner.value);
    writeFileSync(out, LAUNCHER);
    chmodSync(out, 0o755);
    return ok(0);
  },
});
