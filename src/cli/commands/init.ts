import { resolve } from 'node:path';
import { initPage } from '../help/pages/init.ts';
import { firstWorkspace } from '../init/first-workspace.ts';
import { writeFirstWorkspace } from '../init/write-first-workspace.ts';
import { say } from '../print.ts';
import { readWords } from '../read-words.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp init [DIR]`. */
export async function initCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(initPage, argv);
  if (typeof words === 'string') return usageFault('init', words);
  const [given = '.', surplus] = words.positionals;
  if (surplus !== undefined) return usageFault('init', `one folder at a time: ${surplus} is too much`);
  const folder = resolve(given);
  const example = !words.has('no-example');
  const outcome = writeFirstWorkspace(folder, firstWorkspace(folder, example));
  if (!outcome.ok) {
    say(outcome.error.message);
    if (outcome.error.help !== undefined) say(outcome.error.help);
    return outcome.error.exitCode;
  }
  process.stdout.write(outcome.value.map((path) => `${path}\n`).join(''));
  const enter = given === '.' ? '' : `cd ${given} && `;
  say(
    example
      ? `now try: ${enter}recomp run //hello`
      : `next: write a BUILD.toml, then ${enter}recomp build //...`,
  );
  return 0;
}
