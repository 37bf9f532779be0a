import type { FlagsStatement, Statement } from '../ir/ir.ts';
import { type Block, cutBlocks, type PlacedInstruction } from '../lift/blocks.ts';
import type { Body } from '../lift/body.ts';
import { leavesRegisters, members, NONE, type RegisterSet } from '../lift/effects.ts';
import { type FlagPlan, type FlagState, planFlags, stateAfter, stateThrough } from '../lift/flags.ts';
import type { Image } from '../lift/image.ts';
import { planRegisters, type RegisterPlan } from '../lift/registers.ts';
import { isJumpBack, mayJumpBack } from '../lift/resume-points.ts';
import { flagTexts, packedFlags } from './condition.ts';
import { printExpression } from './expression.ts';
import { nameLine } from './name-line.ts';

export interface PrintContext {
  readonly image: Image;
  readonly isFunction: (address: number) => boolean;
  readonly readsFlags: (address: number) => boolean;
  readonly nameOf: (address: number) => string | undefined;
  /** Jumps back are counted: another thread may run after one. */
  readonly countsJumps: boolean;
}

export interface PrintedFunction {
  readonly text: string;
  /** Functions that it calls or jumps to by name. */
  readonly references: readonly number[];
}

export const symbolOf = (address: number): string => `f_${address.toString(16)}`;

/** One C function for one guest function: guest registers are locals, written back where other code may look. */
export function printFunction(body: Body, context: PrintContext): PrintedFunction {
  const blocks = cutBlocks(context.image, body);
  const registers = planRegisters(body, blocks);
  const flags = planFlags(body, blocks, context.readsFlags);
  const printer: Printer = {
    body,
    context,
    registers,
    flags,
    references: new Set(),
    inside: new Set(body.addresses),
    counts: context.countsJumps && body.addresses.some((at) => mayJumpBack(context.image, at)),
  };
  const targets = labelsOf(body, blocks);
  const code = blocks.flatMap((block) => printBlock(printer, block, targets));
  const text = [
    nameLine(body.start, context.nameOf(body.start) ?? ''),
    `u64 ${symbolOf(body.start)}(S *s, u64 pc) {`,
    ...declarations(registers.used),
    ...(printer.counts ? ['  u32 left = s->left;'] : []),
    ...entryCode(printer),
    ...code,
    '}',
    '',
  ];
  return {
    text: text.join('\n'),
    references: [...printer.references],
  };
}

interface Printer {
  readonly body: Body;
  readonly context: PrintContext;
  readonly registers: RegisterPlan;
  readonly flags: FlagPlan;
  readonly references: Set<number>;
  readonly inside: ReadonlySet<number>;
  /** Some of its jumps are counted. */
  readonly counts: boolean;
}

const spillCount = (p: Printer): string => (p.counts ? ' s->left = left;' : '');
const readCount = (p: Printer): string => (p.counts ? ' left = s->left;' : '');

const label = (address: number): string => `L${address.toString(16)}`;
/** A branch near address 0 may lead below it. */
const literal = (address: number): string => `0x${BigInt.asUintN(64, BigInt(address)).toString(16)}ull`;

function declarations(used: RegisterSet): string[] {
  const lines = ['  u8 *const m = s->mem; u64 npc, fa = 0, fb = 0; u32 N = 0, Z = 0, C = 0, V = 0;'];
  if (used.x)
    lines.push(
      `  u64 ${members(used.x)
        .map((n) => `x${n}`)
        .join(', ')};`,
    );
  if (used.v)
    lines.push(
      `  v128 ${members(used.v)
        .map((n) => `v${n}`)
        .join(', ')};`,
    );
  return lines;
}

const reads = (set: RegisterSet): string =>
  [
    ...members(set.x).map((n) => `x${n} = s->x[${n}];`),
    ...members(set.v).map((n) => `v${n} = s->v[${n}];`),
  ].join(' ');

const writes = (set: RegisterSet): string =>
  [
    ...members(set.x).map((n) => `s->x[${n}] = x${n};`),
    ...members(set.v).map((n) => `s->v[${n}] = v${n};`),
  ].join(' ');

function entryCode(p: Printer): string[] {
  const load = (entry: number): string => {
    const flags = p.flags.liveIn.get(entry)
      ? ' N = s->nzcv >> 31; Z = s->nzcv >> 30 & 1; C = s->nzcv >> 29 & 1; V = s->nzcv >> 28 & 1;'
      : '';
    return `${reads(p.registers.liveIn.get(entry) ?? NONE)}${flags}`;
  };
  const { start, entries } = p.body;
  if (!p.inside.has(start)) return [`  return go_on(s, pc);`];
  const first = p.body.addresses[0];
  if (entries.length === 1)
    return [`  ${load(start)}${first === start ? '' : ` goto ${label(start)};`}`.trimEnd()];
  const cases = entries
    .filter((entry) => p.inside.has(entry))
    .map((entry) => `  case ${literal(entry)}: ${load(entry)} goto ${label(entry)};`);
  return ['  switch (pc) {', ...cases, '  default: return go_on(s, pc);', '  }'];
}

/** Entries, and whatever a `goto` names. */
function labelsOf(body: Body, blocks: readonly Block[]): ReadonlySet<number> {
  const targets = new Set<number>(body.entries);
  for (const block of blocks) {
    const last = block.instructions[block.instructions.length - 1];
    if (last === undefined) continue;
    const { flow } = last.meaning;
    if (flow.k === 'jump' || flow.k === 'branch') targets.add(last.address + flow.offset);
    for (const target of body.tables.get(last.address) ?? []) targets.add(target);
  }
  return targets;
}

function printBlock(p: Printer, block: Block, labels: ReadonlySet<number>): string[] {
  const lines: string[] = [];
  if (labels.has(block.start)) lines.push(`${label(block.start)}:;`);
  let state = p.flags.atTop.get(block.start) ?? 'stored';
  for (const placed of block.instructions) {
    lines.push(...printInstruction(p, placed, state));
    state = stateThrough(placed.meaning, state);
  }
  lines.push(...printEnd(p, block, state));
  return lines;
}

function printInstruction(p: Printer, { address, meaning }: PlacedInstruction, before: FlagState): string[] {
  let flags = before;
  const lines: string[] = [];
  for (const s of meaning.statements) {
    lines.push(printStatement(s, address, flags, p.flags.store.get(address) ?? 0));
    if (s.k === 'flags') flags = stateAfter(s);
  }
  lines.push(...printFlow(p, { address, meaning }, flags));
  const hasTemps = meaning.statements.some((s) => s.k === 'let');
  return hasTemps ? [`  { ${lines.join(' ')} }`] : lines.map((line) => `  ${line}`);
}

const C_TYPES = { i32: 'u32', i64: 'u64', v128: 'v128' } as const;

function printStatement(s: Statement, address: number, flags: FlagState, stored: number): string {
  const place = { address, flags };
  switch (s.k) {
    case 'let':
      return `const ${C_TYPES[s.type]} t${s.id} = ${printExpression(s.value, place)};`;
    case 'setx':
      return `x${s.n} = ${printExpression(s.value, place)};`;
    case 'setv':
      return `v${s.n} = ${printExpression(s.value, place)};`;
    case 'setsys':
      return `s->${s.name} = ${printExpression(s.value, place)};`;
    case 'store': {
      const text = `ST${s.size}(${printExpression(s.address, place)}, ${printExpression(s.value, place)});`;
      return s.when ? `if (${printExpression(s.when, place)}) ${text}` : text;
    }
    case 'flags':
      return printFlags(s, address, flags, stored);
  }
}

function printFlags(s: FlagsStatement, address: number, flags: FlagState, stored: number): string {
  const place = { address, flags };
  const [a, b] = [printExpression(s.a, place), printExpression(s.b, place)];
  if (s.kind === 'nzcv')
    return `{ const u32 f = ${a}; N = f >> 31; Z = f >> 30 & 1; C = f >> 29 & 1; V = f >> 28 & 1; }`;
  if (s.kind === 'adc')
    return `{ const u32 f = adc_flags${s.width}(${a}, ${b}, ${flagTexts(flags).c}); N = f >> 31; Z = f >> 30 & 1; C = f >> 29 & 1; V = f >> 28 & 1; }`;
  const compare = `fa = ${a}; fb = ${b};`;
  const after: FlagState = `${s.kind}:${s.width}`;
  const keep = storeFlags(after, stored);
  if (!s.when) return `${compare}${keep}`;
  const otherwise = s.when.otherwise;
  const fixed = (['N', 'Z', 'C', 'V'] as const)
    .map((flag, i) => `${flag} = ${(otherwise >> (3 - i)) & 1};`)
    .join(' ');
  const holds = printExpression({ k: 'cond', code: s.when.code }, place);
  return `if (${holds}) { ${compare}${storeFlags(after, 15)} } else { ${fixed} }`;
}

function storeFlags(state: FlagState, which: number): string {
  const { n, z, c, v } = flagTexts(state);
  const parts = [
    which & 8 ? ` N = ${n};` : '',
    which & 4 ? ` Z = ${z};` : '',
    which & 2 ? ` C = ${c};` : '',
    which & 1 ? ` V = ${v};` : '',
  ];
  return parts.join('');
}

function printFlow(p: Printer, { address, meaning }: PlacedInstruction, flags: FlagState): string[] {
  const { flow } = meaning;
  const dirty = p.registers.dirty.get(address) ?? NONE;
  const place = { address, flags };
  const back = address + 4;
  switch (flow.k) {
    case 'next':
      return [];
    case 'jump':
      return [printJump(p, address, address + flow.offset, dirty, flags)];
    case 'branch':
      return [
        `if (${printExpression(flow.when, place)}) ${printJump(p, address, address + flow.offset, dirty, flags)}`,
      ];
    case 'call':
      return printCall(p, address, `${callee(p, address + flow.offset)}`, back);
    case 'call_to':
      return printCall(p, address, `go(s, ${printExpression(flow.target, place)})`, back);
    case 'system_call':
      return [
        `${writes(dirty)}${spillCount(p)} system_call(s, ${flow.number}, ${literal(address)});${readCount(p)} ${reads(p.registers.reload.get(address) ?? NONE)}`,
      ];
    case 'trap':
      return [`${writes(dirty)} return trap(s, ${literal(address)}, "${flow.reason}");`];
    case 'jump_to':
      return [printJumpTo(p, address, printExpression(flow.target, place), flow.isReturn, dirty)];
  }
}

function callee(p: Printer, target: number): string {
  if (!p.context.isFunction(target)) return `go(s, ${literal(target)})`;
  p.references.add(target);
  return `${symbolOf(target)}(s, ${literal(target)})`;
}

function printCall(p: Printer, address: number, call: string, back: number): string[] {
  const dirty = p.registers.dirty.get(address) ?? NONE;
  const reload = p.registers.reload.get(address) ?? NONE;
  return [
    `${writes(dirty)}${spillCount(p)} if ((npc = ${call}) != ${literal(back)}) return npc;${readCount(p)} ${reads(reload)}`.trim(),
  ];
}

function printJumpTo(
  p: Printer,
  address: number,
  target: string,
  isReturn: boolean,
  dirty: RegisterSet,
): string {
  const leave = `{ ${writes(dirty)}${spillCount(p)} return ${isReturn ? 'npc' : 'go(s, npc)'}; }`;
  const count = p.context.countsJumps && !isReturn ? ` if (npc <= ${literal(address)}) { BACK }` : '';
  const table = p.body.tables.get(address);
  if (table === undefined) return `npc = ${target};${count} ${leave}`;
  const cases = table.map((to) => `case ${literal(to)}: goto ${label(to)};`).join(' ');
  return `npc = ${target};${count} switch (npc) { ${cases} default: ${leave} }`;
}

/** A jump inside the function, or out of it into another. */
function printJump(p: Printer, from: number, target: number, dirty: RegisterSet, flags: FlagState): string {
  const count = p.context.countsJumps && isJumpBack(from, target) ? 'BACK ' : '';
  if (p.inside.has(target)) return count ? `{ ${count}goto ${label(target)}; }` : `goto ${label(target)};`;
  const spill = p.context.readsFlags(target) ? ` s->nzcv = ${packedFlags(flags)};` : '';
  return `{ ${count}${writes(dirty)}${spillCount(p)}${spill} return ${callee(p, target)}; }`;
}

/** Control falls into the next block by itself, unless that lies elsewhere. */
function printEnd(p: Printer, block: Block, flags: FlagState): string[] {
  const last = block.instructions[block.instructions.length - 1];
  if (last === undefined || block.fallsTo === undefined) return [];
  const dirty = leavesRegisters(last.meaning.flow) ? NONE : (p.registers.dirty.get(last.address) ?? NONE);
  return [`  ${printJump(p, last.address, block.fallsTo, dirty, flags)}`];
}
