/** What the letters of a row's bit pattern matched in a word; a letter that the row does not have is 0. */
export type Fields = Readonly<Record<Letter, number>>;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzN' as const;
export type Letter =
  | 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm' | 'n' | 'o' | 'p' | 'q' | 'r'
  | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y' | 'z' | 'N'; // biome-ignore format: one alphabet

export interface Pattern {
  /** Which bits are fixed, and what they are. */
  readonly mask: number;
  readonly value: number;
  readonly fields: readonly FieldPlace[];
}

interface FieldPlace {
  readonly letter: Letter;
  readonly shift: number;
  readonly mask: number;
}

/** 32 characters, bit 31 first: `0` and `1` are fixed, a run of one letter is a field, `-` is any bit. */
export function compilePattern(text: string): Pattern {
  const bits = text.replaceAll(' ', '');
  if (bits.length !== 32) throw new Error(`a bit pattern of ${bits.length} bits: ${text}`);
  let mask = 0;
  let value = 0;
  const fields: FieldPlace[] = [];
  for (let at = 0; at < 32; at++) {
    const letter = bits.charAt(at);
    const bit = 1 << (31 - at);
    if (letter === '0' || letter === '1') mask |= bit;
    if (letter === '1') value |= bit;
    if (isLetter(letter) && bits.charAt(at - 1) !== letter) fields.push(placeField(bits, letter, at));
  }
  return { mask, value, fields };
}

function placeField(bits: string, letter: Letter, at: number): FieldPlace {
  let end = at;
  while (bits.charAt(end) === letter) end++;
  if (bits.indexOf(letter, end) >= 0) throw new Error(`field ${letter} is in two pieces: ${bits}`);
  const width = end - at;
  return { letter, shift: 32 - end, mask: width === 32 ? -1 : (1 << width) - 1 };
}

const isLetter = (text: string): text is Letter => text !== '' && LETTERS.includes(text);

const NO_FIELDS: Fields = {
  a: 0, b: 0, c: 0, d: 0, e: 0, f: 0, g: 0, h: 0, i: 0, j: 0, k: 0, l: 0, m: 0, n: 0, o: 0, p: 0, q: 0, r: 0,
  s: 0, t: 0, u: 0, v: 0, w: 0, x: 0, y: 0, z: 0, N: 0,
}; // biome-ignore format: one alphabet

export function extractFields(pattern: Pattern, word: number): Fields {
  const fields: Record<Letter, number> = { ...NO_FIELDS };
  for (const f of pattern.fields) fields[f.letter] = (word >>> f.shift) & f.mask;
  return fields;
}
