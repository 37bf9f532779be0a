// Breaks recomp on purpose, one place at a time, in a copy, and expects the tests to notice: `node test/property/mutants.mjs [name…]`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const SEQUENCES = 'test/property/edit-sequences.test.ts';

/** `edits`: file, text that stands there exactly once, what it becomes. */
const MUTANTS = [
  {
    name: 'early cutoff: what depends on an action that ran, runs',
    tests: [SEQUENCES],
    edits: [
      [
        'src/engine/evaluate.ts',
        'const known = this.#fresh',
        'const known = this.#fresh || prepared.resolved.inputs.some((i) => globalThis.ran?.has(i.path))',
      ],
      [
        'src/engine/run-with-retries.ts',
        'if (!outcome.ok)',
        '(globalThis.ran ??= new Set()).add(node.decl.outputs[0].path);\n    if (!outcome.ok)',
      ],
    ],
  },
  {
    name: 'second stat: inputs are not looked at again after a run',
    tests: [SEQUENCES],
    edits: [
      [
        'src/engine/run-action.ts',
        '=> !facts.stillAsMarked(path, mark)',
        '=> false && !facts.stillAsMarked(path, mark)',
      ],
    ],
  },
  {
    name: 'marks: a file that another action looked at anew passes for unchanged',
    tests: ['test/unit/engine'],
    edits: [['src/engine/file-facts.ts', 'fact !== undefined && fact !== seen', 'false']],
  },
  {
    name: 'blob verification: what the store holds is believed',
    tests: [
      'test/contract/blob-store.test.ts',
      'test/fault/store-damage.test.ts',
      'test/unit/store',
      'test/fault/cache.test.ts',
    ],
    edits: [
      [
        'src/store/local-blob-store.ts',
        'if (!sameDigest(digestBytes(stored.bytes), digest)) return',
        'if (false) return',
      ],
    ],
  },
  {
    name: 'young files: a signature is trusted at once',
    tests: ['test/unit/fingerprint'],
    edits: [
      [
        'src/fingerprint/stat-signature.ts',
        'isYoung(signature.mtimeMs, hashedAtMs) || isYoung(signature.ctimeMs, hashedAtMs)',
        'false',
      ],
    ],
  },
  {
    name: 'seen table: times of change are not compared',
    tests: ['test/unit/journal', SEQUENCES],
    edits: [['src/journal/compare-seen.ts', '(now[2] === signatures[at + 2] || isFolder(now, 0))', 'true']],
  },
  {
    name: 'outputs: believed to be in place',
    tests: [SEQUENCES],
    edits: [['src/engine/outputs-in-place.ts', 'look.content.digest.hash === want.digest.hash', 'true']],
  },
  {
    name: 'executable bit: not compared where outputs lie',
    tests: [SEQUENCES],
    edits: [['src/engine/outputs-in-place.ts', 'look.content.executable === want.executable', 'true']],
  },
  {
    name: 'trees: strangers in a folder are not seen',
    tests: ['test/unit/engine', SEQUENCES],
    edits: [['src/engine/outputs-in-place.ts', 'there.size === expected &&', '']],
  },
  {
    name: 'sealed files: a flipped bit is not noticed',
    tests: ['test/unit/journal', SEQUENCES],
    edits: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
      ['src/journal/sealed-file.ts', "bytes.toString('latin1', 0, SEAL) === `${sha256(body)}\\n`", 'true'],
    ],
  },
  {
    name: 'templates: an instance that the journal has otherwise is believed',
    tests: ['test/unit/engine'],
    edits: [['src/engine/untouched.ts', ' && instance.key === key', '']],
  },
  {
    name: 'plan: a failure skips only direct dependants',
    tests: ['test/unit/plan'],
    edits: [['src/plan/plan.ts', 'for (const dependent of node.dependents) queue.push(dependent);', '']],
  },
  {
    name: "lock: a dead owner's lock is removed without looking again",
    tests: ['test/unit/journal'],
    edits: [['src/journal/workspace-lock.ts', 'if (!owner || !isDead(owner)) return false;', '']],
  },
  {
    name: 'journal: checksums are not checked',
    tests: ['test/unit/journal'],
    edits: [
      [
        'src/journal/trace-journal.ts',
        "createHash('sha256').update(body).digest('hex') === frame[2]",
        'true',
      ],
    ],
  },
];

function tryMutant({ tests, edits }) {
  const copy = mkdtempSync(join(tmpdir(), 'recomp-mutant-'));
  try {
    for (const entry of [
      'src',
      'rules',
      'scripts',
      'test',
      'schemas',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'vitest.config.ts',
    ]) {
      cpSync(join(root, entry), join(copy, entry), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const [file, from, to] of edits) {
      const text = readFileSync(join(copy, file), 'utf8');
      if (text.split(from).length !== 2)
        return `"${from}" stands ${text.split(from).length - 1} times in ${file}: the mutant is out of date`;
      writeFileSync(
        join(copy, file),
        text.replace(from, () => to),
      );
    }
    const env = { ...process.env, NO_COLOR: '1' };
    delete env['RECOMP_TEST_BIN'];
    const { status, stdout } = spawnSync('npx', ['vitest', 'run', '--bail', '1', ...tests], {
      cwd: copy,
      env,
      encoding: 'utf8',
    });
    if (status === 0) return 'no test noticed';
    return /(?:Tests|Test Files)\s.*failed/.test(stdout)
      ? undefined
      : `the tests did not run:\n${stdout.slice(-2000)}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const wanted = process.argv.slice(2);
let survived = 0;
for (const mutant of MUTANTS) {
  if (wanted.length > 0 && !wanted.some((word) => mutant.name.includes(word))) continue;
  const problem = tryMutant(mutant);
  console.log(
    `${problem === undefined ? 'noticed ' : 'SURVIVED'}  ${mutant.name}${problem === undefined ? '' : `\n          ${problem}`}`,
  );
  if (problem !== undefined) survived++;
}
process.exitCode = survived === 0 ? 0 : 1;
