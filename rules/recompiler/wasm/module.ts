import { SYSTEM_SLOTS, type Type } from '../ir/ir.ts';
import { opNamed } from '../ir/ops.ts';
import type { Discovery } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';
import { makesThreads } from '../lift/makes-threads.ts';
import { readsFlagsFirst } from '../lift/reads-flags.ts';
import * as E from './encoding.ts';
import { type PrintedFunction, printWasmFunction } from './function.ts';
import * as L from './layout.ts';
import { loadStateBody, saveStateBody } from './state.ts';

/** What the runner must know and the module cannot say otherwise; a custom section holds it as JSON. */
export interface ProgramFacts {
  readonly name: string;
  readonly personality: 'horizon' | 'linux';
  /** Of the program that was recompiled. */
  readonly inputSha256: string;
  readonly entry: number;
  readonly codeStart: number;
  readonly codeEnd: number;
  /** From the first to behind the last address of what is loaded. */
  readonly imageStart: number;
  readonly imageEnd: number;
  readonly entries: readonly number[];
  /** Its jumps back are counted. */
  readonly makesThreads: boolean;
  /** Where an interrupted thread may go on: an address, the number of its block in its function, and so on. */
  readonly resumes: readonly number[];
}

export const FACTS_SECTION = 'recomp.program';

interface FunctionType {
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
}

const GUEST: FunctionType = { parameters: ['i64'], results: ['i64'] };
const HOST_TYPES: Readonly<Record<(typeof L.HOST_FUNCTIONS)[number], FunctionType>> = {
  go_on: GUEST,
  outside_code: GUEST,
  system_call: { parameters: ['i32', 'i64'], results: ['i32'] },
  trap: GUEST,
  slice_over: { parameters: ['i64'], results: ['i32'] },
  block_at: { parameters: ['i64'], results: ['i32'] },
};
const MOVE_STATE: FunctionType = { parameters: [], results: [] };

/** The whole program as one WebAssembly module: code, initial memory, and the table of its entries. */
export function printModule(image: Image, discovery: Discovery): Uint8Array {
  const types = makeTypes();
  const hostTypes = L.HOST_FUNCTIONS.map((name) => types.index(HOST_TYPES[name]));
  const operatorTypes = L.HOST_OPERATORS.map((name) => types.index(operatorType(name)));
  const ownTypes = [GUEST, MOVE_STATE, MOVE_STATE, ...discovery.functions.map(() => GUEST)].map(types.index);
  const imports = [
    [...E.text('env'), ...E.text('memory'), 2, 0, ...E.unsigned(L.MEMORY_PAGES + 1)],
    ...L.HOST_FUNCTIONS.map((name, i) => [
      ...E.text('env'),
      ...E.text(name),
      0,
      ...E.unsigned(hostTypes[i] ?? 0),
    ]),
    ...L.HOST_OPERATORS.map((name, i) => [
      ...E.text('op'),
      ...E.text(name),
      0,
      ...E.unsigned(operatorTypes[i] ?? 0),
    ]),
  ];
  const words = (image.codeEnd - image.codeStart) / 4;
  const guest = printGuest(image, discovery);
  return Buffer.concat([
    E.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
    E.section(1, [E.bytes(E.vector(types.all()))]),
    E.section(2, [E.bytes(E.vector(imports))]),
    E.section(3, [E.bytes(E.vector(ownTypes.map(E.unsigned)))]),
    E.section(4, [E.bytes([1, 0x70, 0, ...E.unsigned(words)])]),
    E.section(6, [E.bytes(E.vector(globals()))]),
    E.section(7, [E.bytes(E.vector(exports()))]),
    E.section(9, [tableContent(image, discovery, guest, words)]),
    codeSection(image, guest, words, types.index(GUEST)),
    dataSection(image),
    factsSection(image, discovery, guest),
  ]);
}

function makeTypes(): { index: (type: FunctionType) => number; all: () => number[][] } {
  const known = new Map<string, number>();
  const encoded: number[][] = [];
  const value = (type: Type): number[] => [E.VALUE_TYPES[type]];
  return {
    index: (type) => {
      const code = [0x60, ...E.vector(type.parameters.map(value)), ...E.vector(type.results.map(value))];
      const key = code.join();
      const index = known.get(key) ?? encoded.length;
      if (index === encoded.length) encoded.push(code);
      known.set(key, index);
      return index;
    },
    all: () => encoded,
  };
}

function operatorType(name: string): FunctionType {
  const { args, result } = opNamed(name);
  const parameters = args.flatMap((type): Type[] => (type === 'v128' ? ['i64', 'i64'] : [type]));
  return { parameters, results: [result === 'v128' ? 'i64' : result] };
}

function globals(): number[][] {
  const mutable = (type: Type, zero: number[]): number[] => [E.VALUE_TYPES[type], 1, ...zero, ...E.END];
  const zero64 = E.i64Const(0n);
  return [
    ...Array.from({ length: 32 }, () => mutable('i64', zero64)),
    ...Array.from({ length: 32 }, () => mutable('v128', E.v128Const(0n))),
    ...SYSTEM_SLOTS.map(() => mutable('i64', zero64)),
    mutable('i32', E.i32Const(0)),
    mutable('i64', zero64),
    mutable('i32', E.i32Const(0)),
    mutable('i32', E.i32Const(0)),
  ];
}

function exports(): number[][] {
  const item = (name: string, kind: number, index: number): number[] => [
    ...E.text(name),
    kind,
    ...E.unsigned(index),
  ];
  return [
    item('go', 0, L.GO),
    item('save_state', 0, L.SAVE_STATE),
    item('load_state', 0, L.LOAD_STATE),
    ...Array.from({ length: 32 }, (_, n) => item(`x${n}`, 3, L.globalX(n))),
    ...SYSTEM_SLOTS.map((name) => item(name, 3, L.globalSystem(name))),
    item('high', 3, L.GLOBAL_HIGH),
    item('left', 3, L.GLOBAL_LEFT),
  ];
}

/** Each word of code: the function that can be entered there, or the interpreter. */
function tableContent(
  image: Image,
  discovery: Discovery,
  guest: readonly PrintedFunction[],
  words: number,
): Uint8Array {
  const functions = new Array<number>(words).fill(L.hostFunction('go_on'));
  discovery.functions.forEach((body, i) => {
    const resumes = guest[i]?.resumes.map(([address]) => address) ?? [];
    for (const entry of [...body.entries, ...resumes])
      functions[(entry - image.codeStart) / 4] = L.FIRST_GUEST_FUNCTION + i;
  });
  return E.bytes([1, 0, ...E.i32Const(0), ...E.END, ...E.vector(functions.map(E.unsigned))]);
}

function printGuest(image: Image, discovery: Discovery): readonly PrintedFunction[] {
  const indexes = new Map(discovery.functions.map((body, i) => [body.start, L.FIRST_GUEST_FUNCTION + i]));
  const context = {
    image,
    functionAt: (address: number) => indexes.get(address),
    readsFlags: (address: number) => readsFlagsFirst(image, address),
    countsJumps: makesThreads(image),
  };
  return discovery.functions.map((body) => printWasmFunction(body, context));
}

function codeSection(
  image: Image,
  guest: readonly PrintedFunction[],
  words: number,
  guestType: number,
): Uint8Array {
  const own = [goBody(image.codeStart, words, guestType), saveStateBody(), loadStateBody()].map(sizedBody);
  const all = [...own, ...guest.map(({ code }) => code)];
  return E.section(10, [E.bytes(E.unsigned(all.length)), ...all]);
}

const sizedBody = (code: E.Code): Uint8Array => E.bytes([...E.unsigned(code.length), ...code]);

/** Control at any address: through the table, or outside. */
const goBody = (codeStart: number, words: number, guestType: number): number[] => [
  ...[1, 1, E.VALUE_TYPES.i64],
  ...E.localGet(0),
  ...E.i64Const(BigInt(codeStart)),
  0x7d,
  ...E.i64Const(2n),
  0x8a,
  ...[0x22, 1],
  ...E.i64Const(BigInt(words)),
  0x54,
  ...E.IF,
  ...E.localGet(0),
  ...E.localGet(1),
  0xa7,
  ...[0x13, ...E.unsigned(guestType), 0],
  ...E.END,
  ...E.localGet(0),
  ...E.returnCall(L.hostFunction('outside_code')),
  ...E.END,
];

function dataSection(image: Image): Uint8Array {
  const parts = image.segments.map(({ address, content }) =>
    Buffer.concat([E.bytes([0, ...E.i32Const(address), ...E.END, ...E.unsigned(content.length)]), content]),
  );
  return E.section(11, [E.bytes(E.unsigned(parts.length)), ...parts]);
}

function factsSection(image: Image, discovery: Discovery, guest: readonly PrintedFunction[]): Uint8Array {
  const facts: ProgramFacts = {
    name: image.module.name,
    personality: image.module.personality,
    inputSha256: image.module.input_sha256,
    entry: image.entry,
    codeStart: image.codeStart,
    codeEnd: image.codeEnd,
    imageStart: Math.min(...image.segments.map(({ address }) => address)),
    imageEnd: Math.max(...image.segments.map(({ address, segment }) => address + segment.memory_size)),
    entries: discovery.functions.flatMap((body) => body.entries),
    makesThreads: makesThreads(image),
    resumes: guest.flatMap(({ resumes }) => resumes.flat()),
  };
  return E.section(0, [E.bytes(E.text(FACTS_SECTION)), Buffer.from(JSON.stringify(facts))]);
}
