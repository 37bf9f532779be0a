import { NAMES_SECTION } from '../wasm/name-section.ts';
import { engine } from './web-assembly.ts';

/** Where an address lies, for people, as the native runtime says it: ` (draw_bars+0x1c)`, or nothing where no name is. */
export function placeOf(module: object, pc: bigint): string {
  const section = engine.Module.customSections(module, NAMES_SECTION)[0];
  const listed: unknown = section === undefined ? [] : JSON.parse(Buffer.from(section).toString('utf8'));
  let last: readonly [start: number, name: string] | undefined;
  for (const item of Array.isArray(listed) ? listed : []) {
    const [start, name]: unknown[] = Array.isArray(item) ? item : [];
    if (typeof start !== 'number' || typeof name !== 'string' || BigInt(start) > pc) break;
    last = [start, name];
  }
  return last === undefined || last[1] === '' ? '' : ` (${last[1]}+0x${(pc - BigInt(last[0])).toString(16)})`;
}
