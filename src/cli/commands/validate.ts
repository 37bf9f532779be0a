import { writeFileSync } from 'node:fs';
import { hasErrors } from '../../base/diagnostic.ts';
import { acceptCapture } from '../automate/accept-capture.ts';
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
  const [action, label, ...others] = words.positionals;
  const surplus = action === 'accept' ? others[0] : label;
  if (surplus !== undefined) return usageFault('validate', `${surplus} is too much`);
  if (action === 'accept' && label !== undefined)
    return acceptCommand({ label, yes: words.has('yes'), pictures: words.has('pictures') });
  const check = words.value('check');
  if (action === 'artifacts' && check !== undefined)
    return report(checkIndex(check), `${check}: all of it is there`);
  if (action !== 'accept' && action !== 'artifacts')
    return usageFault(
      'validate',
      'validate what? `accept` takes a new reference, `artifacts` makes or checks an index',
    );
  const config = words.value('config');
  if (config === undefined)
    return usageFault(
      'validate',
      `name the automation.toml: --config FILE${action === 'accept' ? '; or the target: `recomp validate accept //a:validate`' : ''}`,
    );
  const loop = findLoop(config);
  if (typeof loop === 'string') return usageFault('validate', loop);
  await printDiagnostics(loop.loaded.diagnostics);
  if (hasErrors(loop.loaded.diagnostics)) return 2;
  return action === 'accept' ? accept(loop) : writeIndex(loop, words);
}

function accept(loop: Loop): number {
  const done = acceptCapture(loop);
  for (const line of done.lines) say(line);
  return done.ok ? 0 : 2;
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
