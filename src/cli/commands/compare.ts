import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunManifest } from '../../model/schema/run-manifest.ts';
import { compareRounds, type RoundDifference } from '../../report/rounds/round-difference.ts';
import { roundsPage } from '../../report/rounds/rounds-page.ts';
import { plural } from '../../report/terminal-text.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { LocalActionCache } from '../../store/local-action-cache.ts';
import { LocalBlobStore } from '../../store/local-blob-store.ts';
import { lastRounds, readManifest } from '../compare/find-rounds.ts';
import { openRound } from '../compare/open-round.ts';
import { comparePage } from '../help/pages/compare.ts';
import { say } from '../print.ts';
import { readWords } from '../read-words.ts';
import { requireRoot } from '../require-root.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp compare`: what two rounds of the loop made differently, as a page. */
export async function compareCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(comparePage, argv);
  if (typeof words === 'string') return usageFault('compare', words);
  const root = requireRoot();
  if (root === undefined) return 2;
  const rounds = chooseRounds(join(root, '.recomp/runs'), words.positionals);
  if (typeof rounds === 'string') return usageFault('compare', rounds);
  const directory = cacheDirectory(process.env, root);
  const blobs = new LocalBlobStore({ directory });
  const store = { blobs, actions: new LocalActionCache({ directory, blobs }) };
  const [before, after] = [await openRound(rounds[0], store), await openRound(rounds[1], store)];
  const difference = compareRounds(before, after);
  const out = words.value('out') ?? (words.has('json') ? undefined : join(root, '.recomp/rounds.html'));
  if (out !== undefined && !writePage(out, roundsPage(difference, words.has('reload')))) return 4;
  if (words.has('json')) process.stdout.write(`${JSON.stringify(difference, null, 1)}\n`);
  else process.stdout.write(`${shortText(difference).join('\n')}\n`);
  if (out !== undefined) say(`the page is ${out}`);
  return 0;
}

function chooseRounds(
  runs: string,
  [before, after, surplus]: readonly string[],
): readonly [RunManifest, RunManifest] | string {
  if (before === undefined)
    return (
      lastRounds(runs) ?? 'there are no two runs that lifted something: build, change a name, build again'
    );
  if (after === undefined || surplus !== undefined) return 'two runs are compared: name both, or none';
  const [a, b] = [readManifest(runs, before), readManifest(runs, after)];
  if (a === undefined || b === undefined)
    return `there is no run ${a === undefined ? before : after} with a manifest in .recomp/runs`;
  return [a, b];
}

function writePage(out: string, text: string): boolean {
  const temporary = `${out}.new-${process.pid}`;
  try {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, out);
    return true;
  } catch (error) {
    rmSync(temporary, { force: true });
    say(`cannot write ${out}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

const SHOWN = 10;

function shortText({ before, after, names, functions, validations, missing }: RoundDifference): string[] {
  const verdict = (failed: number | undefined): string =>
    failed === undefined ? 'not run' : failed === 0 ? 'passed' : `${plural(failed, 'check')} failed`;
  return [
    `${before} → ${after}`,
    ...validations.map((v) => `${v.label}: ${verdict(v.after?.failed)}, before ${verdict(v.before?.failed)}`),
    ...names
      .slice(0, SHOWN)
      .map((n) => `${n.address}: ${n.before || '(no name)'} is now ${n.after || '(no name)'}`),
    ...(names.length > SHOWN ? [`and ${names.length - SHOWN} more names`] : []),
    `${plural(functions.length, 'function')} of the emitted code differ${functions.length === 1 ? 's' : ''}`,
    ...missing,
  ];
}
