import { type Body, successors } from './body-shape.ts';
import type { Image } from './image.ts';

/** Whether control goes to an address that is not behind where it comes from. */
export const isJumpBack = (from: number, to: number): boolean => to <= from;

/**
 * The function with entries wherever a thread may go on that another one interrupted: where jumps back lead, and behind
 * calls and system calls. Who leaves all host frames when threads switch needs them.
 */
export function withResumePoints(image: Image, body: Body): Body {
  const inside = new Set(body.addresses);
  const points = body.addresses.flatMap((at) => resumePoints(image, body, at)).filter((at) => inside.has(at));
  return { ...body, entries: [...new Set([...body.entries, ...points])].sort((a, b) => a - b) };
}

function resumePoints(image: Image, body: Body, at: number): readonly number[] {
  const flow = image.instruction(at)?.flow;
  switch (flow?.k) {
    case 'jump':
    case 'branch':
    case 'jump_to':
      return (body.tables.get(at) ?? successors(at, flow)).filter((to) => isJumpBack(at, to));
    case 'call':
    case 'call_to':
    case 'system_call':
      return [at + 4];
    default:
      return [];
  }
}

/** Whether the jump there is counted, at least for some targets. */
export function mayJumpBack(image: Image, at: number): boolean {
  const flow = image.instruction(at)?.flow;
  if (flow?.k === 'jump' || flow?.k === 'branch') return isJumpBack(at, at + flow.offset);
  return flow?.k === 'jump_to' && !flow.isReturn;
}
