import { type Flags, holdsEven } from '../lift/condition-codes.ts';
import type { FlagState } from '../lift/flags.ts';

/** N, Z, C, V as C expressions over what the flags are kept as. */
type FlagTexts = Flags<string>;

const LOGIC = {
  not: (a: string): string => `!${a}`,
  and: (a: string, b: string): string => `(${a} & ${b})`,
  same: (a: string, b: string): string => `(${a} == ${b})`,
};

/** A condition in C, without computing single flags where the compare says it directly. */
export function conditionText(state: FlagState, code: number): string {
  if (code >= 14) return '1u';
  const holds = state === 'stored' ? undefined : direct(state, code & ~1);
  const text = holds ?? holdsEven(flagTexts(state), code & ~1, LOGIC);
  return code & 1 ? `(u32)!${text}` : `(u32)${text}`;
}

function direct(state: FlagState, code: number): string | undefined {
  const [kind, width] = state.split(':');
  const [a, b] = operands(width);
  const signed = (e: string): string => `(s${width})${e}`;
  if (kind === 'sub') return directCompare(code, a, b, signed);
  if (kind === 'and') return directCompare(code, a, '0', signed);
  if (kind === 'fcmp') return directFloat(code, `${width}(${a}, ${b})`, `${width}(${b}, ${a})`);
  return undefined;
}

/** `and` is a compare with 0 but for the carry, which it clears. */
function directCompare(
  code: number,
  a: string,
  b: string,
  signed: (e: string) => string,
): string | undefined {
  const isTest = b === '0';
  switch (code) {
    case 0:
      return `(${a} == ${b})`;
    case 2:
      return isTest ? '(0)' : `(${a} >= ${b})`;
    case 4:
      return isTest ? `(${signed(a)} < 0)` : undefined;
    case 6:
      return isTest ? '(0)' : undefined;
    case 8:
      return isTest ? '(0)' : `(${a} > ${b})`;
    case 10:
      return `(${signed(a)} >= ${signed(b)})`;
    case 12:
      return `(${signed(a)} > ${signed(b)})`;
    default:
      return undefined;
  }
}

function directFloat(code: number, forward: string, backward: string): string {
  switch (code) {
    case 0:
      return `feq${forward}`;
    case 2:
      return `(!flt${forward})`;
    case 4:
      return `flt${forward}`;
    case 6:
      return `funordered${forward}`;
    case 8:
      return `(!fle${forward})`;
    case 10:
      return `fle${backward}`;
    default:
      return `flt${backward}`;
  }
}

const operands = (width: string | undefined): [string, string] =>
  width === '64' ? ['fa', 'fb'] : ['(u32)fa', '(u32)fb'];

export function flagTexts(state: FlagState): FlagTexts {
  if (state === 'stored') return { n: 'N', z: 'Z', c: 'C', v: 'V' };
  const [kind, width] = state.split(':');
  const [a, b] = operands(width);
  const top = width === '64' ? 63 : 31;
  const type = `u${width}`;
  const bit = (e: string): string => `(u32)((${type})(${e}) >> ${top})`;
  if (kind === 'fcmp') {
    const args = `${width}(${a}, ${b})`;
    return { n: `flt${args}`, z: `feq${args}`, c: `(u32)!flt${args}`, v: `funordered${args}` };
  }
  if (kind === 'and') return { n: bit(a), z: `(u32)(${a} == 0)`, c: '0u', v: '0u' };
  const result = kind === 'add' ? `(${type})(${a} + ${b})` : `(${type})(${a} - ${b})`;
  const overflow =
    kind === 'add' ? `~(${a} ^ ${b}) & (${a} ^ ${result})` : `(${a} ^ ${b}) & (${a} ^ ${result})`;
  return {
    n: bit(result),
    z: `(u32)(${result} == 0)`,
    c: kind === 'add' ? `(u32)(${result} < ${a})` : `(u32)(${a} >= ${b})`,
    v: bit(overflow),
  };
}

/** N, Z, C and V at bits 31 to 28. */
export function packedFlags(state: FlagState): string {
  const { n, z, c, v } = flagTexts(state);
  return `(${n} << 31 | ${z} << 30 | ${c} << 29 | ${v} << 28)`;
}
