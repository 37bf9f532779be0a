import { getOrMake } from '../../../src/base/get-or-make.ts';
import { step } from '../interpret/interpret.ts';
import { type Machine, makeMachine } from '../interpret/state.ts';
import type { Instruction } from '../ir/ir.ts';
import { SYSTEM_SLOTS } from '../ir/ir.ts';
import { isJumpBack } from '../lift/resume-points.ts';
import { translate } from '../semantics/translate.ts';
import * as L from '../wasm/layout.ts';
import type { ProgramFacts } from '../wasm/module.ts';
import { fail } from './leave.ts';
import { type ModuleExports, placeOfSystem, placeOfX, viewOf } from './module-exports.ts';
import type { RunTrace } from './run-trace.ts';

export interface Interpreted {
  readonly facts: ProgramFacts;
  readonly module: ModuleExports;
  readonly memory: Uint8Array;
  /** Where the module itself can go on. */
  readonly entries: ReadonlySet<bigint>;
  /** Both: whether another thread is to run now; this one goes on behind the call, or at the address. */
  readonly systemCall: (number: number, pc: bigint) => boolean;
  readonly sliceOver: (pc: bigint) => boolean;
  readonly placeOf: (pc: bigint) => string;
  /** Addresses at which the module had no way to go on. */
  readonly fallback: Set<number>;
  /** Present: everything is interpreted, and noted. */
  readonly trace?: RunTrace | undefined;
}

const OTHER_THREAD = BigInt(L.OTHER_THREAD);
const SIGNAL_RETURN = BigInt(L.SIGNAL_RETURN);

/** Code that is no known entry: instruction by instruction, until it leaves or reaches one. */
export function goOn(host: Interpreted, from: bigint): bigint {
  const { module, facts, trace } = host;
  if (!trace) host.fallback.add(Number(from));
  const machine = makeMachine(memoryOf(host.memory));
  load(machine, module);
  for (let pc = BigInt.asUintN(64, from); ; ) {
    if (pc === SIGNAL_RETURN) {
      save(machine, module);
      return pc;
    }
    if (pc < BigInt(facts.codeStart) || pc >= BigInt(facts.codeEnd) || pc % 4n !== 0n)
      fail(`control reached 0x${pc.toString(16)}, which is no code`);
    const instruction = instructionAt(host.memory, Number(pc));
    const { flow } = instruction;
    if (flow.k === 'trap') fail(`trap at 0x${pc.toString(16)}${host.placeOf(pc)}: ${flow.reason}`);
    const next = step(machine, pc, instruction);
    trace?.note(facts, pc, instruction, next);
    if (flow.k === 'system_call' || (!trace && (flow.k === 'call' || flow.k === 'call_to'))) {
      save(machine, module);
      if (flow.k === 'system_call') {
        if (host.systemCall(flow.number, pc)) return OTHER_THREAD;
      } else {
        const back = module.go(next);
        if (back !== pc + 4n) return back;
      }
      load(machine, module);
      pc += 4n;
    } else {
      if (facts.makesThreads && isCounted(instruction, pc, next) && countDown(module)) {
        save(machine, module);
        if (host.sliceOver(next)) return OTHER_THREAD;
        load(machine, module);
      }
      pc = next;
    }
    const isReturn = flow.k === 'jump_to' && flow.isReturn;
    if (trace || (!isReturn && !host.entries.has(pc))) continue;
    save(machine, module);
    return isReturn ? pc : module.go(pc);
  }
}

const meanings = new Map<number, Instruction>();

function instructionAt(memory: Uint8Array, at: number): Instruction {
  const bits =
    ((memory[at] ?? 0) |
      ((memory[at + 1] ?? 0) << 8) |
      ((memory[at + 2] ?? 0) << 16) |
      ((memory[at + 3] ?? 0) << 24)) >>>
    0;
  return getOrMake(meanings, bits, () => translate(bits));
}

function isCounted({ flow }: Instruction, pc: bigint, next: bigint): boolean {
  const jumps = flow.k === 'jump' || flow.k === 'branch' || (flow.k === 'jump_to' && !flow.isReturn);
  return jumps && isJumpBack(Number(pc), Number(next));
}

function countDown(module: ModuleExports): boolean {
  const left = module.global('left');
  const now = (Number(left.value) - 1) | 0;
  left.value = now;
  return now === 0;
}

function load(machine: Machine, module: ModuleExports): void {
  const view = viewOf(module.saveState());
  const vector = (at: number): bigint =>
    view.getBigUint64(at, true) | (view.getBigUint64(at + 8, true) << 64n);
  for (let n = 0; n < 32; n++) {
    machine.x[n] = view.getBigUint64(placeOfX(n), true);
    machine.v[n] = vector(L.STATE_V + 16 * n);
  }
  for (const name of SYSTEM_SLOTS) machine.system[name] = view.getBigUint64(placeOfSystem(name), true);
  machine.nzcv = BigInt(view.getUint32(L.STATE_FLAGS, true));
}

function save(machine: Machine, module: ModuleExports): void {
  const state = new Uint8Array(L.STATE_BYTES);
  const view = viewOf(state);
  const put = (at: number, value: bigint): void => view.setBigUint64(at, BigInt.asUintN(64, value), true);
  for (let n = 0; n < 32; n++) {
    put(placeOfX(n), machine.x[n] ?? 0n);
    put(L.STATE_V + 16 * n, machine.v[n] ?? 0n);
    put(L.STATE_V + 16 * n + 8, (machine.v[n] ?? 0n) >> 64n);
  }
  for (const name of SYSTEM_SLOTS) put(placeOfSystem(name), machine.system[name]);
  view.setUint32(L.STATE_FLAGS, Number(machine.nzcv), true);
  module.loadState(state);
}

const memoryOf = (bytes: Uint8Array): Machine['memory'] => ({
  read: (address, size) => {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[Number(address) + i] ?? 0);
    return value;
  },
  write: (address, size, value) => {
    for (let i = 0; i < size; i++) bytes[Number(address) + i] = Number((value >> BigInt(8 * i)) & 255n);
  },
});
