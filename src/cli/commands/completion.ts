import { completionScript } from '../completion/scripts.ts';
import { completionPage } from '../help/pages/completion.ts';
import { readWords } from '../read-words.ts';
import { usageFault } from '../usage-fault.ts';

/** `recomp completion bash|zsh|fish`. */
export async function completionCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(completionPage, argv);
  if (typeof words === 'string') return usageFault('completion', words);
  const [shell, surplus] = words.positionals;
  if (shell === undefined || surplus !== undefined)
    return usageFault('completion', 'name one shell: bash, zsh or fish');
  const script = completionScript(shell);
  if (script === undefined)
    return usageFault('completion', `"${shell}" is not known: bash, zsh and fish are`);
  process.stdout.write(script);
  return 0;
}
