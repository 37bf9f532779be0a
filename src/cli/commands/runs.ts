import { listRuns } from '../../report/runs/find-run.ts';
import { summariseRun } from '../../report/runs/run-summary.ts';
import { runsText } from '../../report/runs/runs-text.ts';
import { runsPage } from '../help/pages/runs.ts';
import { say } from '../print.ts';
import { readWords } from '../read-words.ts';
import { requireRoot } from '../require-root.ts';
import { summaryJson } from '../run-json.ts';
import { stdoutTraits } from '../stdout-traits.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp runs`: the runs that are remembered, newest first. */
export async function runsCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(runsPage, argv);
  if (typeof words === 'string') return usageFault('runs', words);
  const [surplus] = words.positionals;
  if (surplus !== undefined)
    return usageFault('runs', `\`recomp runs\` lists all runs; \`recomp show ${surplus}\` shows one`);
  const limit = words.value('limit') ?? (words.has('json') ? '1000' : '20');
  if (!/^[1-9]\d{0,5}$/.test(limit))
    return usageFault('runs', `--limit takes a number from 1 on, not ${limit}`);
  const root = requireRoot();
  if (root === undefined) return 2;
  const ids = listRuns(`${root}/.recomp`);
  const runs = ids.slice(0, Number(limit)).map((id) => summariseRun(`${root}/.recomp`, id));
  if (words.has('json'))
    process.stdout.write(`${JSON.stringify({ runs: runs.map(summaryJson) }, null, 1)}\n`);
  else if (runs.length === 0) say('there are no runs yet: builds of this workspace write one each');
  else process.stdout.write(runsText(runs, { now: Date.now(), ...stdoutTraits() }));
  if (!words.has('json') && words.value('limit') === undefined && ids.length > runs.length)
    say(`${ids.length - runs.length} older ones are there (--limit ${ids.length} lists them)`);
  return 0;
}
