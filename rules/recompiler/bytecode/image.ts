import type { Image } from '../lift/image.ts';
import { encodeInstruction } from './encode.ts';

/** For each word of code the place of its bytecode, then the bytecode, once for each distinct word. */
export function bytecodeOf(image: Image): Uint8Array {
  const count = (image.codeEnd - image.codeStart) / 4;
  const places = new Map<number, number>();
  const index: number[] = [];
  const stream: number[] = [];
  for (let at = image.codeStart; at < image.codeEnd; at += 4) {
    const bits = image.word(at) ?? 0;
    const instruction = image.instruction(at);
    let place = places.get(bits);
    if (place === undefined) {
      place = count + stream.length;
      places.set(bits, place);
      for (const word of encodeInstruction(instruction ?? OUTSIDE)) stream.push(word);
    }
    index.push(place);
  }
  const bytes = Buffer.alloc((index.length + stream.length) * 4);
  let at = 0;
  for (const word of [...index, ...stream]) at = bytes.writeUInt32LE(word, at);
  return bytes;
}

const OUTSIDE = { name: 'outside', statements: [], flow: { k: 'trap', reason: 'unallocated' } } as const;
