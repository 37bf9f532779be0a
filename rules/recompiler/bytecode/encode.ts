import {
  type Expr,
  type FlagKind,
  type Instruction,
  type Statement,
  SYSTEM_SLOTS,
  type TrapReason,
} from '../ir/ir.ts';
import { OPS } from '../ir/ops.ts';

/**
 * The IR of one instruction as words for a stack machine: `runtime/interpret.c` runs them. A word is an opcode in
 * its low byte and an operand above; constants and offsets follow it.
 */
export const OPCODES = [
  'const32', 'const64', 'const128', 'x', 'v', 'temp', 'pc', 'cond', 'nzcv', 'sys', 'load', 'op',
  'let', 'setx', 'setv', 'setsys', 'store', 'store_when', 'flags', 'flags_when',
  'next', 'jump', 'branch', 'call', 'jump_to', 'return_to', 'call_to', 'system_call', 'trap',
] as const; // biome-ignore format: one list, numbered by its order

type Opcode = (typeof OPCODES)[number];

export const FLAG_KINDS: readonly FlagKind[] = ['add', 'sub', 'and', 'adc', 'sbc', 'fcmp', 'nzcv'];
export const TRAP_REASONS: readonly TrapReason[] = ['unknown', 'unsupported', 'unallocated', 'breakpoint'];

const opcodeNumbers = new Map(OPCODES.map((name, i) => [name, i]));
const operatorNumbers = new Map(OPS.map((op, i) => [op.name, i]));

const word = (opcode: Opcode, operand = 0): number =>
  ((opcodeNumbers.get(opcode) ?? 0) | (operand << 8)) >>> 0;
const low = (value: bigint): number => Number(value & 0xffff_ffffn);

export function encodeInstruction({ statements, flow }: Instruction): number[] {
  const body = statements.flatMap(encodeStatement);
  switch (flow.k) {
    case 'jump':
    case 'call':
      return [...body, word(flow.k), flow.offset >>> 0];
    case 'branch':
      return [...body, ...encodeExpression(flow.when), word('branch'), flow.offset >>> 0];
    case 'jump_to':
      return [...body, ...encodeExpression(flow.target), word(flow.isReturn ? 'return_to' : 'jump_to')];
    case 'call_to':
      return [...body, ...encodeExpression(flow.target), word('call_to')];
    case 'system_call':
      return [...body, word('system_call', flow.number)];
    case 'trap':
      return [...body, word('trap', TRAP_REASONS.indexOf(flow.reason))];
    case 'next':
      return [...body, word('next')];
  }
}

function encodeStatement(s: Statement): number[] {
  switch (s.k) {
    case 'let':
      return [...encodeExpression(s.value), word('let', s.id)];
    case 'setx':
    case 'setv':
      return [...encodeExpression(s.value), word(s.k, s.n)];
    case 'setsys':
      return [...encodeExpression(s.value), word('setsys', SYSTEM_SLOTS.indexOf(s.name))];
    case 'store': {
      const operands = [...encodeExpression(s.address), ...encodeExpression(s.value)];
      const size = Math.log2(s.size / 8);
      return s.when
        ? [...operands, ...encodeExpression(s.when), word('store_when', size)]
        : [...operands, word('store', size)];
    }
    case 'flags': {
      const kind = FLAG_KINDS.indexOf(s.kind) | (s.width === 64 ? 8 : 0);
      const operands = [...encodeExpression(s.a), ...encodeExpression(s.b)];
      if (!s.when) return [...operands, word('flags', kind)];
      return [...operands, word('flags_when', kind | (s.when.code << 4) | (s.when.otherwise << 8))];
    }
  }
}

function encodeExpression(e: Expr): number[] {
  switch (e.k) {
    case 'const': {
      const words = { i32: 1, i64: 2, v128: 4 }[e.type];
      const opcode = ({ i32: 'const32', i64: 'const64', v128: 'const128' } as const)[e.type];
      return [word(opcode), ...Array.from({ length: words }, (_, i) => low(e.value >> BigInt(32 * i)))];
    }
    case 'x':
    case 'v':
      return [word(e.k, e.n)];
    case 'temp':
      return [word('temp', e.id)];
    case 'pc': {
      const offset = BigInt.asUintN(64, BigInt(e.offset));
      return [word('pc', e.page ? 1 : 0), low(offset), low(offset >> 32n)];
    }
    case 'cond':
      return [word('cond', e.code)];
    case 'nzcv':
      return [word('nzcv')];
    case 'sys':
      return [word('sys', SYSTEM_SLOTS.indexOf(e.name))];
    case 'load':
      return [...encodeExpression(e.address), word('load', Math.log2(e.size / 8))];
    case 'op':
      return [...e.args.flatMap(encodeExpression), word('op', operatorNumbers.get(e.op) ?? 0)];
  }
}
