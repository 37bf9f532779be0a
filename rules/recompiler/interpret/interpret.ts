import { type Expr, expressionOfFlow, type Instruction, type Statement } from '../ir/ir.ts';
import { bits } from '../ir/op.ts';
import { opNamed } from '../ir/ops.ts';
import { computeFlags, conditionHolds } from './flags.ts';
import type { Machine } from './state.ts';

/**
 * The plainest reading of the IR: one instruction at a time, on big integers. It is what the printers are compared
 * with; it is not fast.
 */
export function step(machine: Machine, pc: bigint, instruction: Instruction): bigint {
  const temps: bigint[] = [];
  const value = (e: Expr): bigint => evaluate(machine, pc, temps, e);
  for (const s of instruction.statements) execute(machine, temps, s, value);
  const target = expressionOfFlow(instruction.flow);
  const { flow } = instruction;
  switch (flow.k) {
    case 'jump':
    case 'call':
      return bits(64, pc + BigInt(flow.offset));
    case 'branch':
      return value(flow.when) !== 0n ? bits(64, pc + BigInt(flow.offset)) : pc + 4n;
    case 'jump_to':
    case 'call_to':
      return target ? value(target) : pc + 4n;
    default:
      return pc + 4n;
  }
}

function execute(machine: Machine, temps: bigint[], s: Statement, value: (e: Expr) => bigint): void {
  switch (s.k) {
    case 'let':
      temps[s.id] = value(s.value);
      return;
    case 'setx':
      machine.x[s.n] = value(s.value);
      return;
    case 'setv':
      machine.v[s.n] = value(s.value);
      return;
    case 'setsys':
      machine.system[s.name] = value(s.value);
      return;
    case 'store':
      if (!s.when || value(s.when) !== 0n)
        machine.memory.write(bits(32, value(s.address)), s.size / 8, bits(s.size, value(s.value)));
      return;
    case 'flags':
      machine.nzcv =
        s.when && !conditionHolds(machine.nzcv, s.when.code)
          ? BigInt(s.when.otherwise) << 28n
          : computeFlags(s.kind, s.width, value(s.a), value(s.b), machine.nzcv);
  }
}

function evaluate(machine: Machine, pc: bigint, temps: readonly bigint[], e: Expr): bigint {
  switch (e.k) {
    case 'const':
      return e.value;
    case 'x':
      return machine.x[e.n] ?? 0n;
    case 'v':
      return machine.v[e.n] ?? 0n;
    case 'temp':
      return temps[e.id] ?? 0n;
    case 'pc':
      return bits(64, (e.page ? pc & ~0xfffn : pc) + BigInt(e.offset));
    case 'cond':
      return conditionHolds(machine.nzcv, e.code) ? 1n : 0n;
    case 'nzcv':
      return machine.nzcv;
    case 'sys':
      return machine.system[e.name];
    case 'load':
      return machine.memory.read(bits(32, evaluate(machine, pc, temps, e.address)), e.size / 8);
    case 'op':
      return opNamed(e.op).evaluate(...e.args.map((arg) => evaluate(machine, pc, temps, arg)));
  }
}
