import { type Expr, type FlagsStatement, type Flow, type Statement, type Type, typeOf } from '../ir/ir.ts';
import { opNamed } from '../ir/ops.ts';
import { type Block, cutBlocks, type PlacedInstruction } from '../lift/blocks.ts';
import type { Body } from '../lift/body.ts';
import { leavesRegisters, NONE, type RegisterSet } from '../lift/effects.ts';
import { type FlagPlan, type FlagState, planFlags, stateAfter, stateThrough } from '../lift/flags.ts';
import type { Image } from '../lift/image.ts';
import { planRegisters, type RegisterPlan } from '../lift/registers.ts';
import {
  bitsOf,
  carryFlags,
  conditionExpr,
  FLAG_TEMPS,
  type FlagExprs,
  flagExprs,
  packedExpr,
} from './condition.ts';
import type { Code } from './encoding.ts';
import * as E from './encoding.ts';
import * as L from './layout.ts';
import {
  CONVERSIONS,
  DIRECT,
  FLOAT_ARITHMETIC,
  FLOAT_COMPARE,
  LANE_ACCESS,
  LANE_SHIFTS,
} from './operators.ts';

export interface WasmContext {
  readonly image: Image;
  /** A guest function's index in the module. */
  readonly functionAt: (address: number) => number | undefined;
  readonly readsFlags: (address: number) => boolean;
}

interface Printer {
  readonly body: Body;
  readonly context: WasmContext;
  readonly registers: RegisterPlan;
  readonly flags: FlagPlan;
  /** Local index by name; made as they are asked for. */
  readonly locals: Map<string, number>;
  readonly localTypes: Type[];
  readonly blockIndex: ReadonlyMap<number, number>;
  /** Index of the block being printed, and blocks opened inside of it. */
  block: number;
  depth: number;
  address: number;
  state: FlagState;
}

const PC_LOCAL = 0;

/** One WebAssembly function for one guest function: a loop around a switch over its blocks, in address order. */
export function printWasmFunction(body: Body, context: WasmContext): Uint8Array {
  const blocks = cutBlocks(context.image, body);
  const p: Printer = {
    body,
    context,
    registers: planRegisters(body, blocks),
    flags: planFlags(body, blocks, context.readsFlags),
    locals: new Map(),
    localTypes: [],
    blockIndex: new Map(blocks.map((block, i) => [block.start, i])),
    block: 0,
    depth: 0,
    address: body.start,
    state: 'stored',
  };
  const code: number[] = [];
  const push = (part: Code): void => {
    for (const byte of part) code.push(byte);
  };
  push(printEntry(p));
  push(E.LOOP);
  for (let i = 0; i < blocks.length; i++) push(E.BLOCK);
  push(printSwitch(p, blocks.length));
  for (const block of blocks) {
    push(E.END);
    push(printBlock(p, block));
    p.block++;
  }
  push([0x00, ...E.END, 0x00, ...E.END]);
  const locals = p.localTypes.flatMap((type) => [1, E.VALUE_TYPES[type]]);
  const whole = [...E.unsigned(p.localTypes.length), ...locals];
  const size = whole.length + code.length;
  return Buffer.concat([E.bytes([...E.unsigned(size), ...whole]), Uint8Array.from(code)]);
}

function local(p: Printer, name: string, type: Type): number {
  const known = p.locals.get(name);
  if (known !== undefined) return known;
  p.localTypes.push(type);
  // The address is parameter 0.
  const index = p.localTypes.length;
  p.locals.set(name, index);
  return index;
}

const xLocal = (p: Printer, n: number): number => local(p, `x${n}`, 'i64');
const vLocal = (p: Printer, n: number): number => local(p, `v${n}`, 'v128');
const blockLocal = (p: Printer): number => local(p, 'block', 'i32');
const nextLocal = (p: Printer): number => local(p, 'next', 'i64');
const tempLocal = (p: Printer, id: number, type: Type): number => local(p, `t${id}:${type}`, type);

const members = (set: number): number[] =>
  Array.from({ length: 32 }, (_, n) => n).filter((n) => (set >>> n) & 1);

const readBack = (p: Printer, set: RegisterSet): number[] => [
  ...members(set.x).flatMap((n) => [...E.globalGet(L.globalX(n)), ...E.localSet(xLocal(p, n))]),
  ...members(set.v).flatMap((n) => [...E.globalGet(L.globalV(n)), ...E.localSet(vLocal(p, n))]),
];

const writeBack = (p: Printer, set: RegisterSet): number[] => [
  ...members(set.x).flatMap((n) => [...E.localGet(xLocal(p, n)), ...E.globalSet(L.globalX(n))]),
  ...members(set.v).flatMap((n) => [...E.localGet(vLocal(p, n)), ...E.globalSet(L.globalV(n))]),
];

const addressConst = (address: number): number[] => E.i64Const(BigInt(address));

/** Loads what each entry needs, and chooses its block. An address that is no entry is interpreted. */
function printEntry(p: Printer): number[] {
  const open = (entry: number): number[] => {
    const live = p.flags.liveIn.get(entry) ?? 0;
    const packed: Expr = { k: 'temp', id: -7, type: 'i32' };
    const flags = live
      ? [
          ...E.globalGet(L.GLOBAL_FLAGS),
          ...E.localSet(tempLocal(p, -7, 'i32')),
          ...setFlags(p, bitsOf(packed), 15),
        ]
      : [];
    const block = p.blockIndex.get(entry) ?? 0;
    return [
      ...readBack(p, p.registers.liveIn.get(entry) ?? NONE),
      ...flags,
      ...E.i32Const(block),
      ...E.localSet(blockLocal(p)),
    ];
  };
  const entries = p.body.entries.filter((entry) => p.blockIndex.has(entry));
  const only = entries[0];
  if (entries.length === 1 && only !== undefined) return open(only);
  const tests = entries.flatMap((entry) => [
    ...E.localGet(PC_LOCAL),
    ...addressConst(entry),
    0x51,
    ...E.IF,
    ...open(entry),
    ...E.ELSE,
  ]);
  const otherwise = [...E.localGet(PC_LOCAL), ...E.returnCall(L.hostFunction('go_on'))];
  return [...tests, ...otherwise, ...entries.flatMap(() => E.END)];
}

function printSwitch(p: Printer, count: number): number[] {
  const targets = Array.from({ length: count }, (_, i) => E.unsigned(i)).flat();
  return [
    ...E.localGet(blockLocal(p)),
    0x0e,
    ...E.unsigned(count),
    ...targets,
    ...E.unsigned(Math.max(0, count - 1)),
  ];
}

function printBlock(p: Printer, block: Block): number[] {
  p.state = p.flags.atTop.get(block.start) ?? 'stored';
  p.depth = 0;
  const code: number[] = [];
  for (const placed of block.instructions) {
    p.address = placed.address;
    const before = p.state;
    for (const part of printInstruction(p, placed)) code.push(part);
    p.state = stateThrough(placed.meaning, before);
  }
  const last = block.instructions[block.instructions.length - 1];
  if (last === undefined) return code;
  const falls = last.address + 4;
  const canFall =
    last.meaning.flow.k !== 'jump' && last.meaning.flow.k !== 'jump_to' && last.meaning.flow.k !== 'trap';
  if (!canFall) return code;
  const dirty = leavesRegisters(last.meaning.flow) ? NONE : (p.registers.dirty.get(last.address) ?? NONE);
  return [...code, ...printJump(p, falls, dirty)];
}

function printInstruction(p: Printer, { address, meaning }: PlacedInstruction): number[] {
  const code: number[] = [];
  for (const s of meaning.statements) {
    for (const byte of printStatement(p, s, p.flags.store.get(address) ?? 0)) code.push(byte);
    if (s.k === 'flags') p.state = stateAfter(s);
  }
  return [...code, ...printFlow(p, { address, meaning })];
}

const STORES: Readonly<Record<number, Code>> = {
  8: [0x3a],
  16: [0x3b],
  32: [0x36],
  64: [0x37],
  128: E.simd(11),
};
const LOADS: Readonly<Record<number, Code>> = {
  8: [0x2d],
  16: [0x2f],
  32: [0x28],
  64: [0x29],
  128: E.simd(0),
};
const UNALIGNED = [0, 0];

function printStatement(p: Printer, s: Statement, stored: number): number[] {
  switch (s.k) {
    case 'let':
      return [...print(p, s.value), ...E.localSet(tempLocal(p, s.id, s.type))];
    case 'setx':
      return [...print(p, s.value), ...E.localSet(xLocal(p, s.n))];
    case 'setv':
      return [...print(p, s.value), ...E.localSet(vLocal(p, s.n))];
    case 'setsys':
      return [...print(p, s.value), ...E.globalSet(L.globalSystem(s.name))];
    case 'store': {
      const store = [
        ...print(p, s.address),
        0xa7,
        ...print(p, s.value),
        ...(STORES[s.size] ?? []),
        ...UNALIGNED,
      ];
      // Sub-word stores take the low part of an i32.
      return s.when ? [...print(p, s.when), ...E.IF, ...store, ...E.END] : store;
    }
    case 'flags':
      return printFlags(p, s, stored);
  }
}

function setFlags(p: Printer, flags: FlagExprs, which: number): number[] {
  const wanted = (['n', 'z', 'c', 'v'] as const).filter((_, i) => which & (8 >> i));
  // All are computed before any is written: they may read each other.
  return [
    ...wanted.flatMap((name) => print(p, flags[name])),
    ...wanted.toReversed().flatMap((name) => E.localSet(tempLocal(p, FLAG_TEMPS[name], 'i32'))),
  ];
}

function printFlags(p: Printer, s: FlagsStatement, stored: number): number[] {
  if (s.kind === 'nzcv') {
    const packed: Expr = { k: 'temp', id: -7, type: 'i32' };
    return [...print(p, s.a), ...E.localSet(tempLocal(p, -7, 'i32')), ...setFlags(p, bitsOf(packed), 15)];
  }
  if (s.kind === 'adc' || s.kind === 'sbc')
    return setFlags(p, carryFlags(s.width, s.a, s.b, flagExprs(p.state).c), 15);
  const widen = (e: Expr): number[] => [...print(p, e), ...(typeOf(e) === 'i32' ? [0xad] : [])];
  const keep = [
    ...widen(s.a),
    ...widen(s.b),
    ...E.localSet(tempLocal(p, FLAG_TEMPS.b, 'i64')),
    ...E.localSet(tempLocal(p, FLAG_TEMPS.a, 'i64')),
  ];
  const after: FlagState = `${s.kind}:${s.width}`;
  if (!s.when) return [...keep, ...setFlags(p, flagExprs(after), stored)];
  const otherwise = s.when.otherwise;
  const fixed = (['n', 'z', 'c', 'v'] as const).flatMap((name, i) => [
    ...E.i32Const((otherwise >> (3 - i)) & 1),
    ...E.localSet(tempLocal(p, FLAG_TEMPS[name], 'i32')),
  ]);
  const holds = print(p, conditionExpr(p.state, s.when.code));
  return [...holds, ...E.IF, ...keep, ...setFlags(p, flagExprs(after), 15), ...E.ELSE, ...fixed, ...E.END];
}

function printFlow(p: Printer, { address, meaning }: PlacedInstruction): number[] {
  const { flow } = meaning;
  const dirty = p.registers.dirty.get(address) ?? NONE;
  const reload = p.registers.reload.get(address) ?? NONE;
  switch (flow.k) {
    case 'next':
      return [];
    case 'jump':
      return printJump(p, address + flow.offset, dirty);
    case 'branch': {
      const when = [...print(p, flow.when), ...E.IF];
      p.depth++;
      const jump = printJump(p, address + flow.offset, dirty);
      p.depth--;
      return [...when, ...jump, ...E.END];
    }
    case 'call':
    case 'call_to':
      return [
        ...writeBack(p, dirty),
        ...printCall(p, { address, meaning }),
        ...afterCall(p, address + 4),
        ...readBack(p, reload),
      ];
    case 'system_call':
      return [
        ...writeBack(p, dirty),
        ...E.i32Const(flow.number),
        ...addressConst(address),
        ...E.call(L.hostFunction('system_call')),
        ...readBack(p, reload),
      ];
    case 'trap':
      return [
        ...writeBack(p, dirty),
        ...addressConst(address),
        ...E.call(L.hostFunction('trap')),
        ...E.RETURN,
      ];
    case 'jump_to':
      return printJumpTo(p, address, print(p, flow.target), flow.isReturn, dirty);
  }
}

const callee = (p: Printer, target: number): { readonly index: number; readonly argument: number[] } => ({
  index: p.context.functionAt(target) ?? L.GO,
  argument: addressConst(target),
});

function printCall(p: Printer, { address, meaning: { flow } }: PlacedInstruction): number[] {
  const target =
    flow.k === 'call' ? callee(p, address + flow.offset) : { index: L.GO, argument: targetOf(p, flow) };
  return [
    ...E.globalGet(L.GLOBAL_DEPTH),
    ...E.i32Const(L.DEPTH_LIMIT),
    0x4e,
    ...E.IF,
    ...target.argument,
    ...E.RETURN,
    ...E.END,
    ...moveDepth(1),
    ...target.argument,
    ...E.call(target.index),
    ...moveDepth(-1),
  ];
}

const targetOf = (p: Printer, flow: Flow): number[] => (flow.k === 'call_to' ? print(p, flow.target) : []);

const moveDepth = (by: number): number[] => [
  ...E.globalGet(L.GLOBAL_DEPTH),
  ...E.i32Const(by),
  0x6a,
  ...E.globalSet(L.GLOBAL_DEPTH),
];

/** Control that does not come back to where the call stands goes on wherever it says. */
function afterCall(p: Printer, back: number): number[] {
  const next = nextLocal(p);
  return [
    0x22,
    ...E.unsigned(next),
    ...addressConst(back),
    0x52,
    ...E.IF,
    ...E.localGet(next),
    ...E.RETURN,
    ...E.END,
  ];
}

function printJumpTo(
  p: Printer,
  address: number,
  target: Code,
  isReturn: boolean,
  dirty: RegisterSet,
): number[] {
  const next = nextLocal(p);
  const leave = [...writeBack(p, dirty), ...E.localGet(next), ...(isReturn ? E.RETURN : E.returnCall(L.GO))];
  const table = p.body.tables.get(address) ?? [];
  const cases = table.flatMap((to) => {
    const test = [...E.localGet(next), ...addressConst(to), 0x51, ...E.IF];
    p.depth++;
    const jump = printJump(p, to, dirty);
    p.depth--;
    return [...test, ...jump, ...E.END];
  });
  return [...target, ...E.localSet(next), ...cases, ...leave];
}

/**
 * Inside the function a jump forward leaves the blocks around the one it goes to; a jump back goes through the
 * switch at the top of the loop.
 */
function printJump(p: Printer, target: number, dirty: RegisterSet): number[] {
  const to = p.blockIndex.get(target);
  if (to === undefined) {
    const spill = p.context.readsFlags(target)
      ? [...print(p, packedExpr(p.state)), ...E.globalSet(L.GLOBAL_FLAGS)]
      : [];
    const { index, argument } = callee(p, target);
    return [...writeBack(p, dirty), ...spill, ...argument, ...E.returnCall(index)];
  }
  if (to === p.block + 1 && p.depth === 0) return [];
  if (to > p.block) return E.branch(p.depth + to - p.block - 1);
  const loop = p.depth + p.blockIndex.size - p.block - 1;
  return [...E.i32Const(to), ...E.localSet(blockLocal(p)), ...E.branch(loop)];
}

function print(p: Printer, e: Expr): number[] {
  switch (e.k) {
    case 'const':
      return e.type === 'i32'
        ? E.i32Const(Number(e.value))
        : e.type === 'i64'
          ? E.i64Const(e.value)
          : E.v128Const(e.value);
    case 'x':
      return E.localGet(xLocal(p, e.n));
    case 'v':
      return E.localGet(vLocal(p, e.n));
    case 'temp':
      return E.localGet(tempLocal(p, e.id, e.type));
    case 'pc':
      return addressConst((e.page ? p.address - (p.address % 4096) : p.address) + e.offset);
    case 'cond':
      return print(p, conditionExpr(p.state, e.code));
    case 'nzcv':
      return print(p, packedExpr(p.state));
    case 'sys':
      return E.globalGet(L.globalSystem(e.name));
    case 'load':
      return [...print(p, e.address), 0xa7, ...(LOADS[e.size] ?? []), ...UNALIGNED];
    case 'op':
      return printOp(p, e.op, e.args);
  }
}

function printOp(p: Printer, name: string, args: readonly Expr[]): number[] {
  const [a, b, c] = args;
  const direct = DIRECT.get(name) ?? LANE_SHIFTS.get(name);
  if (direct) return [...args.flatMap((arg) => print(p, arg)), ...direct];
  if (name.startsWith('select') && a && b && c) {
    const select = name === 'select128' ? [0x1c, 1, E.VALUE_TYPES.v128] : [0x1b];
    return [...print(p, b), ...print(p, c), ...print(p, a), ...select];
  }
  const lane = /^v(get|set)(\d+)$/.exec(name);
  if (lane && a && b?.k === 'const') {
    const [get, set] = LANE_ACCESS.get(Number(lane[2])) ?? [0, 0];
    const index = Number(b.value);
    if (lane[1] === 'get') return [...print(p, a), ...E.simd(get), index];
    return [...print(p, a), ...(c ? print(p, c) : []), ...E.simd(set), index];
  }
  if (name === 'vlow' && a) return [...E.v128Const(0n), ...print(p, a), ...E.simd(30), 0];
  if (name === 'vshuffle' && a && b && c?.k === 'const')
    return [...print(p, a), ...print(p, b), ...E.simd(13), ...E.v128Const(c.value).slice(2)];
  return printFloat(p, name, args) ?? printHostOp(p, name, args);
}

const fromBits = (width: number): number => (width === 64 ? 0xbf : 0xbe);
const toBits = (width: number): number => (width === 64 ? 0xbd : 0xbc);

function printFloat(p: Printer, name: string, args: readonly Expr[]): number[] | undefined {
  const conversion = CONVERSIONS.get(name);
  if (conversion) return [...args.flatMap((arg) => print(p, arg)), ...conversion];
  const width = name.endsWith('64') ? 64 : 32;
  const operands = (): number[] => args.flatMap((arg) => [...print(p, arg), fromBits(width)]);
  const compare = FLOAT_COMPARE.get(name);
  if (compare !== undefined) return [...operands(), compare];
  const arithmetic = FLOAT_ARITHMETIC.get(name);
  if (arithmetic === undefined) return undefined;
  // A result that is a number is the same everywhere; a NaN is looked up by Arm's rule.
  const type: Type = width === 64 ? 'i64' : 'i32';
  const result = tempLocal(p, -8, type);
  const isNumber = [
    ...E.localGet(result),
    fromBits(width),
    ...E.localGet(result),
    fromBits(width),
    width === 64 ? 0x61 : 0x5b,
  ];
  return [
    ...operands(),
    arithmetic,
    toBits(width),
    ...E.localSet(result),
    ...isNumber,
    0x04,
    E.VALUE_TYPES[type],
    ...E.localGet(result),
    ...E.ELSE,
    ...printHostOp(p, name, args),
    ...E.END,
  ];
}

/** Vectors cross as halves. */
function printHostOp(p: Printer, name: string, args: readonly Expr[]): number[] {
  const pushed = args.flatMap((arg, i) => {
    if (typeOf(arg) !== 'v128') return print(p, arg);
    const halves = tempLocal(p, -10 - i, 'v128');
    return [
      ...print(p, arg),
      0x22,
      ...E.unsigned(halves),
      ...E.simd(29),
      0,
      ...E.localGet(halves),
      ...E.simd(29),
      1,
    ];
  });
  const called = [...pushed, ...E.call(L.hostOperator(name))];
  if (opNamed(name).result !== 'v128') return called;
  const low = tempLocal(p, -9, 'i64');
  return [
    ...called,
    ...E.localSet(low),
    ...E.v128Const(0n),
    ...E.localGet(low),
    ...E.simd(30),
    0,
    ...E.globalGet(L.GLOBAL_HIGH),
    ...E.simd(30),
    1,
  ];
}
