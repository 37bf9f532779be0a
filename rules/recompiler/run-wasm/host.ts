import { opNamed } from '../ir/ops.ts';
import * as L from '../wasm/layout.ts';
import { FACTS_SECTION, type ProgramFacts } from '../wasm/module.ts';
import { goOn, type Interpreted } from './go-on.ts';
import { fail, Leave } from './leave.ts';
import { type ModuleExports, readExports, toBigInt } from './module-exports.ts';
import { placeOf } from './place-names.ts';
import type { RunTrace } from './run-trace.ts';
import { beginThreads, type Threads } from './threads.ts';
import { engine } from './web-assembly.ts';

/** The guest as the personalities see it: registers are those of the thread that calls. */
export interface Guest {
  readonly facts: ProgramFacts;
  readonly memory: Uint8Array;
  readonly threads: Threads;
  getX(n: number): bigint;
  setX(n: number, value: bigint): void;
  getTick(): bigint;
  /** All of them as bytes, by the places in `wasm/layout.ts`. */
  registers(): Uint8Array;
  setRegisters(state: Uint8Array): void;
}

export interface Personality {
  start(guest: Guest): void;
  call(guest: Guest, number: number, pc: bigint): void;
  /** Where the thread goes on instead of behind its call, if anywhere. */
  afterCall?(guest: Guest, pc: bigint): bigint | undefined;
  /** The same of a thread whose turn it is again. */
  resumed?(guest: Guest, pc: bigint): bigint;
  /** Control came to `SIGNAL_RETURN`: where it goes on. */
  signalReturn?(guest: Guest): bigint;
}

export interface RunNotes {
  readonly trace?: RunTrace | undefined;
  readonly fallback?: Set<number>;
}

/** Runs a printed module until it leaves; what it shows and says goes through the personality. */
export function runModule(
  bytes: Uint8Array,
  choose: (facts: ProgramFacts) => Personality,
  { trace, fallback = new Set() }: RunNotes = {},
): Leave {
  const module = new engine.Module(bytes);
  const facts = readFacts(module);
  const personality = choose(facts);
  const memory = new engine.Memory({ initial: L.MEMORY_PAGES + 1 });
  const late: { interpreted?: Interpreted } = {};
  const inside = (): Interpreted => late.interpreted ?? fail('the module runs before it is there');
  const blocks = resumeBlocks(facts);
  const env = {
    memory,
    go_on: (pc: bigint) => goOn(inside(), pc),
    outside_code: (pc: bigint) =>
      fail(`control reached 0x${BigInt.asUintN(64, pc).toString(16)}, which is no code`),
    system_call: (number: number, pc: bigint) => Number(inside().systemCall(number, pc)),
    trap: (pc: bigint) => fail(`trap at 0x${pc.toString(16)}${placeOf(module, pc)}`),
    slice_over: (pc: bigint) => Number(inside().sliceOver(BigInt.asUintN(64, pc))),
    block_at: (pc: bigint) => blocks.get(pc) ?? -1,
  };
  const operators = Object.fromEntries(
    L.HOST_OPERATORS.map((name) => [name, hostOperator(name, () => inside().module)]),
  );
  const exports = readExports(new engine.Instance(module, { env, op: operators }), memory.buffer);
  const view = new Uint8Array(memory.buffer, 0, L.STATE_AT);
  const guest = makeGuest(facts, view, exports);
  const run = makeRun(guest, personality);
  late.interpreted = {
    facts,
    module: exports,
    memory: view,
    entries: new Set([...facts.entries.map(BigInt), ...blocks.keys()]),
    ...run,
    fallback,
    trace,
    placeOf: (pc) => placeOf(module, pc),
  };
  const go = trace ? (pc: bigint) => goOn(inside(), pc) : exports.go;
  return drive(guest, go, personality, run);
}

const SIGNAL_RETURN = BigInt(L.SIGNAL_RETURN);

interface Run extends Pick<Interpreted, 'systemCall' | 'sliceOver'> {
  /** Where the thread goes on that another one interrupted last. */
  readonly resumeAt: () => bigint;
  /** Where this thread goes on instead, once. */
  readonly takeRedirect: () => bigint | undefined;
}

function makeRun(guest: Guest, personality: Personality): Run {
  let resume = 0n;
  let redirect: bigint | undefined;
  const isInterrupted = (at: bigint): boolean => {
    resume = at;
    return guest.threads.isSwitching();
  };
  return {
    systemCall: (number, pc) => {
      personality.call(guest, number, pc);
      if (isInterrupted(pc + 4n)) return true;
      redirect = personality.afterCall?.(guest, pc);
      return redirect !== undefined;
    },
    sliceOver: (pc) => {
      guest.threads.sliceOver();
      return isInterrupted(pc);
    },
    resumeAt: () => resume,
    takeRedirect: () => {
      const to = redirect;
      redirect = undefined;
      return to;
    },
  };
}

function drive(
  guest: Guest,
  go: ModuleExports['go'],
  personality: Personality,
  { resumeAt, takeRedirect }: Run,
): Leave {
  const { threads } = guest;
  try {
    personality.start(guest);
    for (let pc = BigInt(guest.facts.entry); ; ) {
      pc = go(pc);
      const to = takeRedirect();
      if (to !== undefined) pc = to;
      else if (threads.isSwitching()) {
        pc = threads.switchAt(resumeAt());
        pc = personality.resumed?.(guest, pc) ?? pc;
      } else if (pc === SIGNAL_RETURN) pc = personality.signalReturn?.(guest) ?? pc;
    }
  } catch (error) {
    if (error instanceof Leave) return error;
    if (error instanceof engine.RuntimeError || error instanceof RangeError)
      return new Leave(70, error.message);
    throw error;
  }
}

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
  'resumes' in v &&
  Array.isArray(v.resumes) &&
  'personality' in v;

/** Address → the block of its function. */
function resumeBlocks({ resumes }: ProgramFacts): ReadonlyMap<bigint, number> {
  const blocks = new Map<bigint, number>();
  for (let i = 0; i + 1 < resumes.length; i += 2) blocks.set(BigInt(resumes[i] ?? 0), resumes[i + 1] ?? -1);
  return blocks;
}

function makeGuest(facts: ProgramFacts, memory: Uint8Array, module: ModuleExports): Guest {
  const read = (name: string): bigint => BigInt.asUintN(64, toBigInt(module.global(name).value));
  return {
    facts,
    memory,
    threads: beginThreads(module),
    getX: (n) => read(`x${n}`),
    setX: (n, value) => {
      module.global(`x${n}`).value = BigInt.asIntN(64, value);
    },
    getTick: () => read('tick'),
    registers: () => module.saveState(),
    setRegisters: (state) => module.loadState(state),
  };
}

/** An operator of the table, for what WebAssembly has no instruction for; vectors are halves. */
function hostOperator(
  name: string,
  module: () => ModuleExports,
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
    if (result === 'v128') module().global('high').value = BigInt.asIntN(64, value >> 64n);
    return BigInt.asIntN(64, value);
  };
}
