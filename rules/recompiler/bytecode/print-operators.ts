import type { Type } from '../ir/ir.ts';
import type { Op } from '../ir/op.ts';
import { OPS } from '../ir/ops.ts';
import { FLAG_KINDS, OPCODES, TRAP_REASONS } from './encode.ts';

const MEMBER: Readonly<Record<Type, string>> = { i32: 'w', i64: 'q', v128: 'v' };

/** `operators.h` of the runtime: the numbers that the bytecode uses, and each operator on the stack machine. */
export const printOperators = (): string =>
  [
    '/* Printed by scripts/print-operators.ts from the operator table; do not edit. */',
    `enum opcode { ${OPCODES.map((name) => `IR_${name.toUpperCase()}`).join(', ')} };`,
    `enum flag_kind { ${FLAG_KINDS.map((name) => `FLAGS_${name.toUpperCase()}`).join(', ')} };`,
    `static const char *const trap_reasons[] = { ${TRAP_REASONS.map((reason) => `"${reason}"`).join(', ')} };`,
    '',
    '/* Replaces the operands below `top` by the result. */',
    'static union value *apply(u32 operator, union value *top) {',
    '  switch (operator) {',
    ...OPS.map(printCase),
    '  default: give_up("the bytecode names operator %u", operator);',
    '  }',
    '  return top;',
    '}',
    '',
  ].join('\n');

function printCase(op: Op, number: number): string {
  const count = op.args.length;
  const operand = (i: number): string => `top[${i - count}].${MEMBER[op.args[i] ?? 'i64']}`;
  const args = op.args.map((_, i) => operand(i));
  const value = op.c
    ? op.c.replace(/\$(\d)/g, (_, index: string) => args[Number(index)] ?? '')
    : `${op.name}(${args.join(', ')})`;
  const move = count === 1 ? '' : ` top -= ${count - 1};`;
  return `  case ${number}: top[-${count}].${MEMBER[op.result]} = ${value};${move} break; /* ${op.name} */`;
}
