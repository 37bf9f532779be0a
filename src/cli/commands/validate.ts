import { writeFileSync } from 'node:fs';
import { hasErrors } from '../../base/diagnostic.ts';
import { makeLabel } from '../../model/label.ts';
import { checkIndex, indexText } from '../automate/artifact-index.ts';
import { findLoop, type Loop } from '../automate/find-loop.ts';
import { validatePage } from '../help/pages/validate.ts';
import { printDiagnostics, say } from '../print.ts';
import { readWords, type Words } from '../read-words.ts';
import { usageFault } from '../usage-fault.ts';
import { acceptCommand } from './validate-accept.ts';

type ValidateWords = Words<'config' | 'out' | 'check' | 'yes' | 'pictures'>;

/** `recomp validate accept|artifacts`. */
export async function validateCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(validatePage, argv);
  if (typeof words === 'string') return usageFault('validate', words);
  const [action, ...rest] = words.positionals;
  if (action === 'accept') return accept(words, rest);
  if (action === 'artifacts') return artifacts(words, rest);
  return usageFault(
    'validate',
    'validate what? `accept` takes a new reference, `artifacts` makes or checks an index',
  );
}

async function accept(words: ValidateWords, [given, surplus]: readonly string[]): Promise<number> {
  const config = words.value('config');
  if (surplus !== undefined || (given !== undefined && config !== undefined))
    return usageFault('validate', 'one reference is taken at a time: name a target, or an automation.toml');
  const loop = config === undefined ? undefined : enterLoop(config);
  if (typeof loop === 'string') return usageFault('validate', loop);
  const label = given ?? (loop && makeLabel(loop.pkg, 'validate'));
  if (label === undefined)
    return usageFault('validate', 'accept what? name the target: `recomp validate accept //a:validate`');
  return acceptCommand({
    label,
    automation: loop?.choice,
    yes: words.has('yes'),
    pictures: words.has('pictures'),
  });
}

/** A loop is asked about from its workspace. */
function enterLoop(config: string): Loop | string {
  const loop = findLoop(config);
  if (typeof loop !== 'string') process.chdir(loop.root);
  return loop;
}

async function artifacts(words: ValidateWords, [surplus]: readonly string[]): Promise<number> {
  if (surplus !== undefined) return usageFault('validate', `${surplus} is too much`);
  const check = words.value('check');
  if (check !== undefined) return report(checkIndex(check), `${check}: all of it is there`);
  const config = words.value('config');
  if (config === undefined) return usageFault('validate', 'name the automation.toml: --config FILE');
  const loop = findLoop(config);
  if (typeof loop === 'string') return usageFault('validate', loop);
  await printDiagnostics(loop.loaded.diagnostics);
  return hasErrors(loop.loaded.diagnostics) ? 2 : writeIndex(loop, words);
}

function writeIndex(loop: Loop, words: ValidateWords): number {
  const made = indexText(loop);
  if (!made.ok) {
    say(made.error);
    return 2;
  }
  const out = words.value('out');
  if (out === undefined) process.stdout.write(made.value);
  else writeFileSync(out, made.value);
  return 0;
}

function report(faults: readonly string[], good: string): number {
  for (const fault of faults) say(fault);
  if (faults.length === 0) say(good);
  return faults.length === 0 ? 0 : 1;
}
