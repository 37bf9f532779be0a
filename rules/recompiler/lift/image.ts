import type { Instruction } from '../ir/ir.ts';
import type { Module, Segment } from '../module/manifest.ts';
import { translate } from '../semantics/translate.ts';

/** A module as it lies in memory once loaded. */
export interface Image {
  readonly module: Module;
  readonly entry: number;
  /** From the first to behind the last code address. */
  readonly codeStart: number;
  readonly codeEnd: number;
  readonly segments: readonly LoadedSegment[];
  isCode(address: number): boolean;
  /** Little-endian, up to 8 bytes of initialised memory. */
  read(address: number, bytes: number): bigint | undefined;
  word(address: number): number | undefined;
  /** What the word there means; `undefined` where no code is. */
  instruction(address: number): Instruction | undefined;
}

export interface LoadedSegment {
  readonly segment: Segment;
  readonly address: number;
  readonly content: Uint8Array;
}

export function makeImage(module: Module, contentOf: (segment: Segment) => Uint8Array): Image {
  const segments = module.segments.map((segment) => ({
    segment,
    address: module.load_address + segment.memory_offset,
    content: contentOf(segment),
  }));
  const code = segments.filter((s) => s.segment.permissions.includes('x'));
  const find = (address: number, bytes: number): LoadedSegment | undefined =>
    segments.find((s) => address >= s.address && address + bytes <= s.address + s.content.length);
  const isCode = (address: number): boolean =>
    address % 4 === 0 &&
    code.some((s) => address >= s.address && address + 4 <= s.address + s.content.length);
  const read = (address: number, bytes: number): bigint | undefined => {
    const s = find(address, bytes);
    if (!s) return undefined;
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--)
      value = (value << 8n) | BigInt(s.content[address - s.address + i] ?? 0);
    return value;
  };
  const word = (address: number): number | undefined => {
    const s = find(address, 4);
    if (!s) return undefined;
    const at = address - s.address;
    const c = s.content;
    return (
      ((c[at] ?? 0) | ((c[at + 1] ?? 0) << 8) | ((c[at + 2] ?? 0) << 16) | ((c[at + 3] ?? 0) << 24)) >>> 0
    );
  };
  const instruction = makeReader(code);
  return {
    module,
    entry: module.load_address + module.entry,
    codeStart: Math.min(...code.map((s) => s.address)),
    codeEnd: Math.max(...code.map((s) => s.address + (s.content.length & ~3))),
    segments,
    isCode,
    read,
    word,
    instruction,
  };
}

/** Meanings by place, for a reader that asks for each place many times; the same word is translated once. */
function makeReader(code: readonly LoadedSegment[]): Image['instruction'] {
  const meanings = new Map<number, Instruction>();
  const places = code.map((s) => ({
    start: s.address,
    words: wordsOf(s.content),
    known: new Array<Instruction | undefined>(s.content.length >> 2),
  }));
  return (address) => {
    for (const { start, words, known } of places) {
      const index = (address - start) / 4;
      const bits = words[index];
      if (bits === undefined) continue;
      const before = known[index];
      if (before !== undefined) return before;
      const meaning = meanings.get(bits) ?? translate(bits);
      meanings.set(bits, meaning);
      known[index] = meaning;
      return meaning;
    }
    return undefined;
  };
}

function wordsOf(content: Uint8Array): Uint32Array {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  return Uint32Array.from({ length: content.length >> 2 }, (_, i) => view.getUint32(i * 4, true));
}
