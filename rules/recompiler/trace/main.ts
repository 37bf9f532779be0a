// trace --program FILE --out FILE [--script input_script.toml] [--argument WORD]…
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { parseInputScript, printChanges } from '../script/input-script.ts';
import { readText, writeFile } from '../tool/files.ts';
import { runTool } from '../tool/run-tool.ts';

/** Once as it is, to see where the interpreter has to help, and once interpreted, to see everything. */
runTool({
  name: 'trace',
  required: ['program', 'out'],
  optional: ['script'],
  repeated: ['argument'],
  run(get, find, all) {
    const room = mkdtempSync(join(tmpdir(), 'recomp-trace-'));
    try {
      const script = writeScript(find('script'), room);
      if (!script.ok) return script;
      const program = resolve(get('program'));
      const words = script.value === undefined ? all('argument') : ['--script', script.value, '--out', room];
      const plain = runProgram(program, words, {});
      if (!plain.ok || plain.value !== 0) return plain;
      const fallback = readFallback(room, script.value !== undefined);
      const path = join(room, 'trace.json');
      const traced = runProgram(program, words, { RECOMP_TRACE: path });
      if (!traced.ok || traced.value !== 0) return traced;
      const text = readText(path);
      if (!text.ok) return text;
      const trace: unknown = JSON.parse(text.value);
      writeFile(get('out'), `${JSON.stringify({ ...Object(trace), fallback }, null, 1)}\n`);
      return ok(0);
    } finally {
      rmSync(room, { recursive: true, force: true });
    }
  },
});

function writeScript(path: string | undefined, room: string): Result<string | undefined, string> {
  if (path === undefined) return ok(undefined);
  const text = readText(path);
  if (!text.ok) return text;
  const script = parseInputScript(text.value, path);
  if (!script.ok) return script;
  const changes = join(room, 'input.changes');
  writeFile(changes, printChanges(script.value));
  return ok(changes);
}

function runProgram(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Result<number, string> {
  const { error, status, signal } = spawnSync(program, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) return err(`cannot run ${program}: ${error.message}`);
  if (status === 0) return ok(0);
  process.stderr.write(`trace: the program ended with ${signal ?? `exit status ${status}`}\n`);
  return ok(1);
}

/** The addresses of hints.log, which programs with a script leave; the line above counts instructions. */
function readFallback(room: string, isScripted: boolean): readonly string[] {
  const text = isScripted ? readText(join(room, 'hints.log')) : ok('');
  return text.ok ? text.value.split('\n').filter((line) => /^0x[\da-f]+$/.test(line)) : [];
}
