import { findRun, listRuns } from '../report/runs/find-run.ts';
import { say } from './print.ts';

/** The run that a word means; undefined: there is none such, which has been said. */
export function namedRun(stateDir: string, word: string): string | undefined {
  const found = findRun(stateDir, word);
  if (found.kind === 'found') return found.id;
  if (found.kind === 'several') {
    say(`${word} may be any of ${found.ids.slice(0, 5).join(', ')}${found.ids.length > 5 ? ', …' : ''}`);
    return undefined;
  }
  const [newest] = listRuns(stateDir);
  say(
    newest === undefined
      ? 'there are no runs yet: builds of this workspace write one each'
      : `there is no run ${word}; the newest is ${newest}, and \`recomp runs\` lists all`,
  );
  return undefined;
}
