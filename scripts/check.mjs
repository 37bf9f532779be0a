// Everything that must hold before a change is handed in: all steps, each one's result in a table, what failed in full below it.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const withoutTests = process.argv.includes('--without-tests');

const steps = [
  ['format', 'biome', 'format', '.'],
  ['lint', 'biome', 'lint', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['page types', 'tsc', '-p', 'tsconfig.page.json'],
  ['dead code', 'knip'],
  ['schemas', process.execPath, 'scripts/schemas.mjs', '--check'],
  ...(withoutTests ? [] : [['tests', 'vitest', 'run']]),
];

const env = {
  ...process.env,
  PATH: `${root}/node_modules/.bin:${process.env['PATH'] ?? ''}`,
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};
const ok = process.stdout.isTTY ? '\u001b[32mok\u001b[0m    ' : 'ok    ';
const bad = process.stdout.isTTY ? '\u001b[31mfailed\u001b[0m' : 'failed';

const failed = [];
for (const [name, command, ...args] of steps) {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const good = status === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${name.padEnd(10)} ${good ? ok : bad} ${seconds} s${good ? note(stdout) : ''}\n`);
  if (!good) failed.push({ name, text: `${stdout ?? ''}${stderr ?? ''}${error ? String(error) : ''}` });
}
for (const { name, text } of failed) process.stdout.write(`\n${'─'.repeat(8)} ${name}\n${text.trim()}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** What vitest counted. */
function note(stdout) {
  const tests = /^\s*Tests\s+(.*)$/m.exec(stdout ?? '')?.[1];
  return tests === undefined ? '' : `  ${tests}`;
}
