// package-wasm --module program.wasm --runner run-wasm.mjs --out PROGRAM
// Makes PROGRAM, a script for sh, and beside it PROGRAM.wasm and PROGRAM.mjs.
import { chmodSync, writeFileSync } from 'node:fs';
import { ok } from '../../../src/base/result.ts';
import { readBytes } from '../../recompiler/tool/files.ts';
import { runTool } from '../../recompiler/tool/run-tool.ts';

const LAUNCHER = `#!/bin/sh
# The program is the WebAssembly module beside this file; node runs it.
exec node "$0.mjs" "$0.wasm" "$@"
`;

runTool({
  name: 'package-wasm',
  required: ['module', 'runner', 'out'],
  run(get) {
    const module = readBytes(get('module'));
    if (!module.ok) return module;
    const runner = readBytes(get('runner'));
    if (!runner.ok) return runner;
    const out = get('out');
    writeFileSync(`${out}.wasm`, module.value);
    writeFileSync(`${out}.mjs`, runner.value);
    writeFileSync(out, LAUNCHER);
    chmodSync(out, 0o755);
    return ok(0);
  },
});
