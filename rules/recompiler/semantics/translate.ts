import { decode } from '../decode/decode.ts';
import type { Instruction } from '../ir/ir.ts';
import { atomicSemantics } from './atomic.ts';
import { branchSemantics } from './branch.ts';
import { makeBuilder } from './builder.ts';
import { cryptoSemantics } from './crypto.ts';
import { extensionSemantics } from './extensions.ts';
import { floatSemantics } from './float.ts';
import { immediateSemantics } from './immediate.ts';
import { memorySemantics } from './memory.ts';
import { registerSemantics } from './register.ts';
import type { SemanticsTable } from './semantics.ts';
import { vectorMemorySemantics } from './vector-memory.ts';
import { vectorMiscSemantics } from './vector-misc.ts';
import { vectorMoveSemantics } from './vector-move.ts';
import { vectorSameSemantics } from './vector-same.ts';
import { vectorWideSemantics } from './vector-wide.ts';

export const SEMANTICS: SemanticsTable = {
  ...immediateSemantics,
  ...branchSemantics,
  ...memorySemantics,
  ...atomicSemantics,
  ...registerSemantics,
  ...floatSemantics,
  ...vectorMemorySemantics,
  ...vectorSameSemantics,
  ...vectorMoveSemantics,
  ...vectorMiscSemantics,
  ...vectorWideSemantics,
  ...cryptoSemantics,
  ...extensionSemantics,
};

/** What a word means. A word without a meaning is a trap at its place. */
export function translate(word: number): Instruction {
  const known = decode(word);
  if (known === undefined) return trap('unknown', 'unknown');
  const semantics = SEMANTICS[known.name];
  if (semantics === undefined) return trap(known.name, 'unsupported');
  const builder = makeBuilder();
  semantics(known.fields, builder);
  return { name: known.name, statements: builder.statements, flow: builder.flow };
}

const trap = (name: string, reason: 'unknown' | 'unsupported'): Instruction => ({
  name,
  statements: [],
  flow: { k: 'trap', reason },
});
