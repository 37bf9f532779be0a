import { type RoundHook, roundHook } from './round-hook.ts';

/** Keeps the page of `recomp compare` at what the last round changed, in a process of its own: the next round need not wait. */
export function compareHook(root: string, always: boolean, onTrouble: (message: string) => void): RoundHook {
  const recomp = [process.execPath, process.argv[1] ?? ''].map(quoted).join(' ');
  // As long as there are no two rounds there is nothing to compare, and that is no trouble.
  const command = `${recomp} compare --reload >/dev/null 2>&1 || [ $? = 2 ]`;
  const hook = roundHook('--compare', command, root, onTrouble);
  return {
    show: (event) => {
      if (event.kind !== 'round-ended') return;
      const changed = event.records.filter(({ source }) => source !== undefined && source !== 'journal');
      if (changed.some(({ mnemonic }) => always || LOOP.has(mnemonic))) hook.show(event);
    },
    close: hook.close,
  };
}

/** Of a recompilation’s loop: what changes names, code, or a verdict. */
const LOOP: ReadonlySet<string> = new Set(['ApplyNames', 'Validate']);

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
