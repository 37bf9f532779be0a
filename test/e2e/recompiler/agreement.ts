import { translate } from '../../../rules/recompiler/semantics/translate.ts';
import { inTemporaryFolder, runProgram, writeTo } from './snippets.ts';

export const OBJDUMP = 'aarch64-linux-gnu-objdump';

/** A word that one side takes for an instruction and the other does not. */
export interface Disagreement {
  readonly word: string;
  /** What objdump says. */
  readonly theirs: string;
  /** Our row, and why it is none for us. */
  readonly ours: string;
}

/** What objdump makes of each word: its text; undefined where it knows no instruction. */
export function disassemble(words: Uint32Array): readonly (string | undefined)[] {
  const text = inTemporaryFolder((folder) => {
    const file = writeTo(folder, 'words', Buffer.from(words.buffer, words.byteOffset, words.byteLength));
    const options = ['-D', '-z', '-b', 'binary', '-m', 'aarch64', '-M', 'no-aliases'];
    return runProgram(OBJDUMP, [...options, file], { LC_ALL: 'C' }).toString('latin1');
  });
  const found: (string | undefined)[] = [];
  for (const line of text.split('\n')) {
    const [, address, instruction] = /^\s*([\da-f]+):\t[\da-f]{8} \t(.*)$/.exec(line) ?? [];
    if (address === undefined || instruction === undefined) continue;
    // What is wrong with an instruction that is one stands behind it as a note.
    const isNone = instruction.startsWith('.inst') || instruction.includes('undefined');
    found[Number.parseInt(address, 16) / 4] = isNone ? undefined : instruction.replace('\t', ' ');
  }
  return found;
}

/** SVE and SME: encodings of their own, which nothing here lifts. */
export const isScalable = (word: number): boolean =>
  ((word >>> 25) & 15) === 2 || (((word >>> 25) & 15) === 0 && word >>> 31 === 1);

export function disagreements(words: Uint32Array): readonly Disagreement[] {
  const theirs = disassemble(words);
  const found: Disagreement[] = [];
  words.forEach((word, i) => {
    const { name, flow } = translate(word);
    const isKnown = !(flow.k === 'trap' && (flow.reason === 'unknown' || flow.reason === 'unallocated'));
    const other = theirs[i];
    // An instruction for its trap: `udf` is one to objdump.
    if (isKnown === (other !== undefined) || name === 'udf') return;
    const reason = flow.k === 'trap' ? ` (${flow.reason})` : '';
    const hex = word.toString(16).padStart(8, '0');
    found.push({ word: hex, theirs: other ?? 'none', ours: `${name}${reason}` });
  });
  return found;
}
