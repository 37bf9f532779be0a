import type { PaintState } from '../report/runs/runs-text.ts';
import { usesColor } from './terminal-traits.ts';

/** How results are to be written: what is no terminal gets whole lines without colours. */
export function stdoutTraits(): { readonly width: number | undefined; readonly paint: PaintState } {
  const { stdout } = process;
  const color = usesColor(process.env, stdout.isTTY === true);
  return {
    width: stdout.isTTY === true ? stdout.columns : undefined,
    paint: (state, text) => {
      const code = CODES[state];
      return color && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
    },
  };
}

const CODES: Readonly<Partial<Record<Parameters<PaintState>[0], string>>> = {
  succeeded: '32',
  failed: '1;31',
  interrupted: '33',
  running: '36',
};
