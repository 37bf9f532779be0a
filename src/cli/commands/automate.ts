import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts';
import { type AutomateWords, readAutomateWords } from '../automate/automate-words.ts';
import { findLoop, type Loop } from '../automate/find-loop.ts';
import { runLoop } from '../automate/run-loop.ts';
import { printDiagnostics } from '../print.ts';
import { processStart } from '../process-start.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp automate --config FILE`. */
export async function automateCommand(argv: readonly string[]): Promise<number> {
  const startedAt = processStart();
  const words = readAutomateWords(argv);
  if (typeof words === 'string') return usageFault('automate', words);
  const loop = findLoop(words.config);
  if (typeof loop === 'string') return usageFault('automate', loop);
  return (await refuse(loop)) ?? runLoop(loop, withDefaults(words, loop), startedAt);
}

/** Before anything is locked or made. */
async function refuse(loop: Loop): Promise<number | undefined> {
  const { loaded } = loop;
  if (!hasErrors(loaded.diagnostics)) return undefined;
  await printDiagnostics([...loaded.diagnostics, ...(await missingToo(loop))]);
  return loaded.diagnostics.some((d) => d.code.startsWith('policy-')) ? 3 : 2;
}

/** Files that the stages read and that are not there either: whoever writes a first loop learns of all at once. */
async function missingToo({ root, pkg, choice, loaded }: Loop): Promise<readonly Diagnostic[]> {
  const { loadWorkspace } = await import('../load-workspace.ts');
  const labels = loaded.targets.map((target) => target.label);
  if (labels.length === 0) return [];
  const { diagnostics } = await loadWorkspace(root, pkg, labels, choice);
  const said = new Set(loaded.diagnostics.map((d) => d.message));
  return diagnostics.filter((d) => d.code === 'missing-source' && !said.has(d.message));
}

const withDefaults = (words: AutomateWords, { loaded }: Loop): AutomateWords => ({
  ...words,
  resume: words.resume || loaded.config?.run?.resume === true,
});
