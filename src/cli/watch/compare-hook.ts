import { type RoundHook, roundHook } from './round-hook.ts';

/** Keeps the page of `recomp compare` at what the last round changed, in a process of its own: the next round need not wait. */
export function compareHook(root: string, onTrouble: (message: string) => void): RoundHook {
  const recomp = [process.execPath, process.argv[1] ?? ''].map(quoted).join(' ');
  // As long as there are no two rounds there is nothing to compare, and that is no trouble.
  const command = `${recomp} compare --reload >/dev/null 2>&1 || [ $? = 2 ]`;
  const hook = roundHook('--compare', command, root, onTrouble);
  return {
    show: (event) => {
      if (event.kind !== 'round-ended') return;
      const { executed, local_hits, remote_hits } = event.totals;
      if (executed + local_hits + remote_hits > 0) hook.show(event);
    },
    close: hook.close,
  };
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
