import { step } from '../interpret/interpret.ts';
import { type Machine, makeMachine } from '../interpret/state.ts';
import { SYSTEM_SLOTS } from '../ir/ir.ts';
import { opNamed } from '../ir/ops.ts';
import { translate } from '../semantics/translate.ts';
import { HOST_OPERATORS, MEMORY_PAGES, PAGE } from '../wasm/layout.ts';
import { FACTS_SECTION, type ProgramFacts } from '../wasm/module.ts';
import { engine, type WasmInstance } from './web-assembly.ts';

/** The guest as the personalities see it. */
export interface Guest {
  readonly facts: ProgramFacts;
  readonly memory: Uint8Array;
  getX(n: number): bigint;
  setX(n: number, value: bigint): void;
  getTick(): bigint;
  setTick(value: bigint): void;
}

/** Ends the guest from inside a system call. */
export class Leave extends Error {
  readonly status: number;
  constructor(status: number, message = '') {
    super(message);
    this.status = status;
  }
}

export interface Personality {
  start(guest: Guest): void;
  call(guest: Guest, number: number, pc: bigint): void;
}

interface Exports {
  readonly go: (pc: bigint) => bigint;
  readonly readVector: (n: number, half: number) => bigint;
  readonly writeVector: (n: number, low: bigint, high: bigint) => void;
  readonly global: (name: string) => { value: unknown };
}

/** Runs a printed module until it leaves; what it shows and says goes through the personality. */
export function runModule(bytes: Uint8Array, choose: (facts: ProgramFacts) => Personality): Leave {
  const module = new engine.Module(bytes);
  const facts = readFacts(module);
  const personality = choose(facts);
  const memory = new engine.Memory({ initial: MEMORY_PAGES });
  const view = new Uint8Array(memory.buffer, 0, MEMORY_PAGES * PAGE);
  let host: Exports | undefined;
  const inside = (): Exports => host ?? fail('the module runs before it is there');
  const guest = makeGuest(facts, view, inside);
  const entries = new Set(facts.entries.map(BigInt));
  const env = {
    memory,
    go_on: (pc: bigint) => interpret(guest, inside(), personality, entries, pc),
    outside_code: (pc: bigint) => fail(`control reached 0x${pc.toString(16)}, which is no code`),
    system_call: (number: number, pc: bigint) => personality.call(guest, number, pc),
    trap: (pc: bigint) => fail(`trap at 0x${pc.toString(16)}`),
  };
  const operators = Object.fromEntries(HOST_OPERATORS.map((name) => [name, hostOperator(name, inside)]));
  const instance = new engine.Instance(module, { env, op: operators });
  host = readExports(instance);
  host.global('monitor').value = BigInt.asIntN(64, -1n);
  return drive(guest, host, personality);
}

function drive(guest: Guest, host: Exports, personality: Personality): Leave {
  try {
    personality.start(guest);
    for (let pc = BigInt(guest.facts.entry); ; ) pc = BigInt.asUintN(64, host.go(pc));
  } catch (error) {
    if (error instanceof Leave) return error;
    if (error instanceof engine.RuntimeError || error instanceof RangeError)
      return new Leave(70, error.message);
    throw error;
  }
}

const fail = (message: string): never => {
  throw new Leave(70, message);
};

function readFacts(module: object): ProgramFacts {
  const section = engine.Module.customSections(module, FACTS_SECTION)[0];
  if (section === undefined) return fail('the module was not printed by this recompiler');
  const facts: unknown = JSON.parse(Buffer.from(section).toString('utf8'));
  return isFacts(facts) ? facts : fail('the module does not say what it is');
}

const isFacts = (v: unknown): v is ProgramFacts =>
  typeof v === 'object' &&
  v !== null &&
  'entry' in v &&
  typeof v.entry === 'number' &&
  'entries' in v &&
  Array.isArray(v.entries) &&
  'personality' in v;

function readExports(instance: WasmInstance): Exports {
  const { exports } = instance;
  const call = (name: string) => {
    const value = exports[name];
    if (typeof value !== 'function') return fail(`the module has no ${name}`);
    return (...args: unknown[]): unknown => Reflect.apply(value, undefined, args);
  };
  const [go, read, write] = [call('go'), call('read_vector'), call('write_vector')];
  return {
    go: (pc) => toBigInt(go(pc)),
    readVector: (n, half) => BigInt.asUintN(64, toBigInt(read(n, half))),
    writeVector: (n, low, high) => void write(n, low, high),
    global: (name) => {
      const value = exports[name];
      return value instanceof engine.Global ? value : fail(`the module has no global ${name}`);
    },
  };
}

const toBigInt = (value: unknown): bigint => (typeof value === 'bigint' ? value : BigInt(Number(value)));

function makeGuest(facts: ProgramFacts, memory: Uint8Array, host: () => Exports): Guest {
  const read = (name: string): bigint => BigInt.asUintN(64, toBigInt(host().global(name).value));
  const write = (name: string, value: bigint): void => {
    host().global(name).value = BigInt.asIntN(64, value);
  };
  return {
    facts,
    memory,
    getX: (n) => read(`x${n}`),
    setX: (n, value) => write(`x${n}`, value),
    getTick: () => read('tick'),
    setTick: (value) => write('tick', value),
  };
}

/** An operator of the table, for what WebAssembly has no instruction for; vectors are halves. */
function hostOperator(
  name: string,
  host: () => Exports,
): (...values: (bigint | number)[]) => bigint | number {
  const { args, result, evaluate } = opNamed(name);
  return (...values) => {
    let at = 0;
    const next = (width: number): bigint => BigInt.asUintN(width, BigInt(values[at++] ?? 0));
    const operands = args.map((type) => {
      if (type !== 'v128') return next(type === 'i64' ? 64 : 32);
      const low = next(64);
      return low | (next(64) << 64n);
    });
    const value = evaluate(...operands);
    if (result === 'i32') return Number(BigInt.asIntN(32, value));
    if (result === 'v128') host().global('high').value = BigInt.asIntN(64, value >> 64n);
    return BigInt.asIntN(64, value);
  };
}

/** Code that is no known entry: instruction by instruction, until it leaves or reaches one. */
function interpret(
  guest: Guest,
  host: Exports,
  personality: Personality,
  entries: ReadonlySet<bigint>,
  from: bigint,
): bigint {
  const machine = makeMachine(memoryOf(guest.memory));
  load(machine, host);
  for (let pc = BigInt.asUintN(64, from); ; ) {
    if (pc < BigInt(guest.facts.codeStart) || pc >= BigInt(guest.facts.codeEnd) || pc % 4n !== 0n)
      fail(`control reached 0x${pc.toString(16)}, which is no code`);
    const instruction = translate(Number(machine.memory.read(pc, 4)));
    const { flow } = instruction;
    if (flow.k === 'trap') fail(`trap at 0x${pc.toString(16)}: ${flow.reason}`);
    const next = step(machine, pc, instruction);
    if (flow.k === 'call' || flow.k === 'call_to' || flow.k === 'system_call') {
      save(machine, host);
      if (flow.k === 'system_call') personality.call(guest, flow.number, pc);
      else {
        const back = BigInt.asUintN(64, host.go(next));
        if (back !== pc + 4n) return back;
      }
      load(machine, host);
      pc += 4n;
    } else pc = next;
    const isReturn = flow.k === 'jump_to' && flow.isReturn;
    if (!isReturn && !entries.has(pc)) continue;
    save(machine, host);
    return isReturn ? pc : BigInt.asUintN(64, host.go(pc));
  }
}

function load(machine: Machine, host: Exports): void {
  for (let n = 0; n < 32; n++) {
    machine.x[n] = BigInt.asUintN(64, toBigInt(host.global(`x${n}`).value));
    machine.v[n] = host.readVector(n, 0) | (host.readVector(n, 1) << 64n);
  }
  for (const name of SYSTEM_SLOTS)
    machine.system[name] = BigInt.asUintN(64, toBigInt(host.global(name).value));
  machine.nzcv = BigInt.asUintN(32, toBigInt(host.global('nzcv').value));
}

function save(machine: Machine, host: Exports): void {
  for (let n = 0; n < 32; n++) {
    host.global(`x${n}`).value = BigInt.asIntN(64, machine.x[n] ?? 0n);
    host.writeVector(
      n,
      BigInt.asIntN(64, machine.v[n] ?? 0n),
      BigInt.asIntN(64, (machine.v[n] ?? 0n) >> 64n),
    );
  }
  for (const name of SYSTEM_SLOTS) host.global(name).value = BigInt.asIntN(64, machine.system[name]);
  host.global('nzcv').value = Number(BigInt.asIntN(32, machine.nzcv));
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
