import { writeFileSync } from 'node:fs';
import { readRun } from '../../report/runs/read-run.ts';
import { summariseRun } from '../../report/runs/run-summary.ts';
import { runText } from '../../report/runs/run-text.ts';
import { showPage } from '../help/pages/show.ts';
import { say } from '../print.ts';
import { readWords } from '../read-words.ts';
import { requireRoot } from '../require-root.ts';
import { runJson } from '../run-json.ts';
import { namedRun } from '../run-words.ts';
import { stdoutTraits } from '../stdout-traits.ts';
import { usageFault } from '../usage-fault.ts';

const ROWS = 20;

/** `recomp show [RUN]`: what a run did; `--html FILE` writes it as a page. */
export async function showCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(showPage, argv);
  if (typeof words === 'string') return usageFault('show', words);
  const [word = 'latest', surplus] = words.positionals;
  if (surplus !== undefined)
    return usageFault('show', `one run is shown at a time; \`recomp diff ${word} ${surplus}\` compares two`);
  const root = requireRoot();
  if (root === undefined) return 2;
  const stateDir = `${root}/.recomp`;
  const id = namedRun(stateDir, word);
  if (id === undefined) return 2;
  const summary = summariseRun(stateDir, id);
  const run = readRun(stateDir, id);
  const html = words.value('html');
  if (html !== undefined) {
    const { runPage } = await import('../../report/page/run-page.ts');
    return write(html, runPage(summary, run));
  }
  const rows = words.has('all') ? Number.POSITIVE_INFINITY : ROWS;
  process.stdout.write(
    words.has('json')
      ? `${JSON.stringify(runJson(summary, run), null, 1)}\n`
      : runText(summary, run, { now: Date.now(), rows, ...stdoutTraits() }),
  );
  return 0;
}

function write(file: string, page: string): number {
  try {
    writeFileSync(file, page);
    say(`written to ${file}`);
    return 0;
  } catch (error) {
    say(`the page cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return 4;
  }
}
