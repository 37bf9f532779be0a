import type { Expr } from '../ir/ir.ts';
import { opNamed } from '../ir/ops.ts';
import type { FlagState } from '../lift/flags.ts';
import { conditionText, packedFlags } from './condition.ts';

/** Where an expression stands: what its address and its flags are. */
export interface Place {
  readonly address: number;
  readonly flags: FlagState;
}

export function printExpression(e: Expr, place: Place): string {
  switch (e.k) {
    case 'const':
      return printConstant(e.type, e.value);
    case 'x':
      return `x${e.n}`;
    case 'v':
      return `v${e.n}`;
    case 'temp':
      return `t${e.id}`;
    case 'pc':
      return printConstant(
        'i64',
        BigInt((e.page ? place.address - (place.address % 4096) : place.address) + e.offset),
      );
    case 'cond':
      return conditionText(place.flags, e.code);
    case 'nzcv':
      return packedFlags(place.flags);
    case 'sys':
      return `s->${e.name}`;
    case 'load':
      return `LD${e.size}(${printExpression(e.address, place)})`;
    case 'op': {
      const { c, name } = opNamed(e.op);
      const args = e.args.map((arg) => printExpression(arg, place));
      return c ? fill(c, args) : `${name}(${args.join(', ')})`;
    }
  }
}

const fill = (template: string, args: readonly string[]): string =>
  template.replace(/\$(\d)/g, (_, index: string) => args[Number(index)] ?? '');

function printConstant(type: string, value: bigint): string {
  if (type === 'v128') return `V(${hex(value >> 64n)}ull, ${hex(value & 0xffff_ffff_ffff_ffffn)}ull)`;
  return `${hex(value)}${type === 'i64' ? 'ull' : 'u'}`;
}

const hex = (value: bigint): string => (value < 10n ? value.toString() : `0x${value.toString(16)}`);
