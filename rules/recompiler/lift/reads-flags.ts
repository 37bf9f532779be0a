import { expressionOfFlow, expressionsOf } from '../ir/ir.ts';
import { flagsRead } from './flags.ts';
import type { Image } from './image.ts';

/** How far a flag may travel into another function before it is read or set. */
const FLAG_SCAN = 16;

/** Whether code at an address reads a flag before it sets them all. */
export function readsFlagsFirst(image: Image, from: number): boolean {
  for (let at = from; at < from + FLAG_SCAN * 4; at += 4) {
    const instruction = image.instruction(at);
    if (instruction === undefined) return false;
    for (const s of instruction.statements) {
      if (expressionsOf(s).some((e) => flagsRead(e) !== 0)) return true;
      if (s.k === 'flags') return s.when !== undefined || s.kind === 'adc' || s.kind === 'sbc';
    }
    const flow = expressionOfFlow(instruction.flow);
    if (flow && flagsRead(flow) !== 0) return true;
    if (instruction.flow.k !== 'next') return false;
  }
  return false;
}
