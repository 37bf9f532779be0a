import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { lockWorkspace } from '../../journal/workspace-lock.ts';
import { plural } from '../../report/terminal-text.ts';
import { type Cleaned, tellFaults } from '../cleaned.ts';
import { cleanPage } from '../help/pages/clean.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { say } from '../print.ts';
import { readWords } from '../read-words.ts';
import { removeAllOutputs, removeOutputs, removeState } from '../remove-outputs.ts';
import { requireRoot } from '../require-root.ts';
import { targetOutputs } from '../target-outputs.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp clean [PATTERN…]`. */
export async function cleanCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(cleanPage, argv.map(asPositional));
  if (typeof words === 'string') return usageFault('clean', words);
  const patterns = words.positionals.map(asPattern);
  const expunge = words.has('expunge');
  const proprietary = words.has('proprietary');
  for (const [option, given] of [
    ['--expunge', expunge],
    ['--proprietary', proprietary],
  ] as const)
    if (given && patterns.length > 0)
      return usageFault('clean', `${option} removes everything: it goes with no pattern`);
  const root = requireRoot();
  if (root === undefined) return 2;
  if (!proprietary && !existsSync(`${root}/.recomp`) && !existsSync(`${root}/recomp-out`)) {
    say('there is nothing to remove');
    return 0;
  }
  return underLock(root, async () => {
    if (proprietary) {
      const { cleanProprietary } = await import('../automate/clean-proprietary.ts');
      return cleanProprietary(root);
    }
    return patterns.length === 0 ? cleanAll(root, expunge) : cleanTargets(root, patterns);
  });
}

async function underLock(root: string, act: () => Promise<Cleaned>): Promise<number> {
  const interrupts = listenForInterrupts(() => say('stopping'));
  try {
    const lock = await lockWorkspace(
      `${root}/.recomp`,
      'recomp clean',
      (owner, file) =>
        say(
          owner
            ? `waiting for \`${owner.command}\` (process ${owner.pid}), which is changing this workspace`
            : `waiting for the owner of ${file}`,
        ),
      interrupts.signal,
    );
    if (!lock) return interrupts.exitCode ?? 1;
    let cleaned: Cleaned | undefined;
    try {
      cleaned = await act();
    } finally {
      lock.release();
    }
    cleaned.afterwards?.();
    return interrupts.exitCode ?? cleaned.exitCode;
  } finally {
    interrupts.dispose();
  }
}

async function cleanAll(root: string, expunge: boolean): Promise<Cleaned> {
  const outputs = removeAllOutputs(root);
  const { keptLoops } = await import('../automate/kept-loops.ts');
  const keepLoops = keptLoops(`${root}/.recomp`);
  const state = removeState(root, expunge);
  if (expunge && state.faults.length === 0) keepLoops();
  const exitCode = tellFaults([outputs, state]);
  if (exitCode === 0)
    say(
      `removed ${expunge ? 'recomp-out/ and .recomp/' : 'all outputs; past runs and the cache are as they were'}`,
    );
  return { exitCode, ...(state.afterwards ? { afterwards: state.afterwards } : {}) };
}

async function cleanTargets(root: string, patterns: readonly string[]): Promise<Cleaned> {
  const paths = await targetOutputs(root, relative(root, process.cwd()), patterns);
  if (paths === undefined) return { exitCode: 2 };
  const removal = removeOutputs(root, paths);
  const exitCode = tellFaults([removal]);
  if (exitCode === 0)
    say(
      removal.removed === 0 ? 'there was nothing to remove' : `removed ${plural(removal.removed, 'output')}`,
    );
  return { exitCode };
}

/** A pattern that leaves something out looks like an option. */
const MARK = '\u0001';
const asPositional = (word: string): string =>
  /^-(\/\/|:|\.\.\.)/.test(word) ? `${MARK}${word.slice(1)}` : word;
const asPattern = (word: string): string => (word.startsWith(MARK) ? `-${word.slice(1)}` : word);
