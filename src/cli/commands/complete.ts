import { listRuns } from '../../report/runs/find-run.ts';
import { complete } from '../completion/complete.ts';
import { readLabels } from '../completion/read-labels.ts';
import { findRoot } from '../fast-path.ts';
import { PAGES } from '../help/pages.ts';

/** What shells ask: the words so far, the one at the cursor last. Whatever goes wrong, a prompt must not show it. */
export async function completeCommand(argv: readonly string[]): Promise<number> {
  try {
    const words = argv[0] === '--' ? argv.slice(1) : argv;
    const root = findRoot(process.cwd());
    const candidates = complete(words, {
      commands: PAGES.map((page) => page.name).filter((name) => !name.includes(' ')),
      pages: PAGES,
      labels: (prefix) => (root === undefined ? [] : readLabels(root, process.cwd(), prefix)),
      runs: () => (root === undefined ? [] : listRuns(`${root}/.recomp`)),
    });
    process.stdout.write(candidates.map((candidate) => `${candidate}\n`).join(''));
  } catch {
    // No completion is a completion too.
  }
  return 0;
}
