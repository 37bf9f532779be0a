/** Values are bits: floating point and lanes are in the operators, not in the types. */
export type Type = 'i32' | 'i64' | 'v128';

/** Operators are looked up by name; a misspelt one is found by the first test that builds its instruction. */
export type OpName = string;

export type Expr =
  | { readonly k: 'const'; readonly type: Type; readonly value: bigint }
  /** A general register as it is now; 31 is the stack pointer. */
  | { readonly k: 'x'; readonly n: number }
  | { readonly k: 'v'; readonly n: number }
  /** A value named by `let` in the same instruction. */
  | { readonly k: 'temp'; readonly id: number; readonly type: Type }
  /** The instruction's address (or the page it lies in), plus an offset. */
  | { readonly k: 'pc'; readonly page: boolean; readonly offset: number }
  /** 1 where the flags fulfil the condition, else 0. */
  | { readonly k: 'cond'; readonly code: number }
  | { readonly k: 'nzcv' }
  | { readonly k: 'sys'; readonly name: SystemSlot }
  /** Zero-extended to i32 (8, 16, 32 bits), i64 or v128. */
  | { readonly k: 'load'; readonly size: MemorySize; readonly address: Expr }
  | { readonly k: 'op'; readonly op: OpName; readonly type: Type; readonly args: readonly Expr[] };

export type MemorySize = 8 | 16 | 32 | 64 | 128;

/** State that is neither a register nor a flag; always i64. */
export const SYSTEM_SLOTS = ['tpidr', 'tpidrro', 'fpcr', 'fpsr', 'monitor', 'tick'] as const;
export type SystemSlot = (typeof SYSTEM_SLOTS)[number];

export type FlagKind = 'add' | 'sub' | 'and' | 'adc' | 'sbc' | 'fcmp' | 'nzcv';

export interface FlagsStatement {
  readonly k: 'flags';
  readonly kind: FlagKind;
  readonly width: 32 | 64;
  /** `and`: the result; `nzcv`: the four bits at 31..28. */
  readonly a: Expr;
  readonly b: Expr;
  /** A conditional compare: where the condition does not hold, the flags become these four bits. */
  readonly when?: { readonly code: number; readonly otherwise: number };
}

export type Statement =
  | { readonly k: 'let'; readonly id: number; readonly value: Expr; readonly type: Type }
  | { readonly k: 'setx'; readonly n: number; readonly value: Expr }
  | { readonly k: 'setv'; readonly n: number; readonly value: Expr }
  | { readonly k: 'setsys'; readonly name: SystemSlot; readonly value: Expr }
  | {
      readonly k: 'store';
      readonly size: MemorySize;
      readonly address: Expr;
      readonly value: Expr;
      readonly when?: Expr;
    }
  | FlagsStatement;

/** Where control goes after the statements. Offsets are from the instruction's own address. */
export type Flow =
  | { readonly k: 'next' }
  | { readonly k: 'jump'; readonly offset: number }
  | { readonly k: 'branch'; readonly when: Expr; readonly offset: number }
  | { readonly k: 'call'; readonly offset: number }
  | { readonly k: 'jump_to'; readonly target: Expr; readonly isReturn: boolean }
  | { readonly k: 'call_to'; readonly target: Expr }
  | { readonly k: 'system_call'; readonly number: number }
  | { readonly k: 'trap'; readonly reason: TrapReason };

export type TrapReason = 'unknown' | 'unsupported' | 'unallocated' | 'breakpoint';

/** What one instruction means, wherever it stands: a function of its word alone. */
export interface Instruction {
  readonly name: string;
  readonly statements: readonly Statement[];
  readonly flow: Flow;
}

export function typeOf(e: Expr): Type {
  switch (e.k) {
    case 'const':
    case 'temp':
    case 'op':
      return e.type;
    case 'v':
      return 'v128';
    case 'load':
      return e.size === 128 ? 'v128' : e.size === 64 ? 'i64' : 'i32';
    case 'cond':
    case 'nzcv':
      return 'i32';
    default:
      return 'i64';
  }
}

/** Visits an expression and all below it, outermost first. */
export function visit(e: Expr, see: (e: Expr) => void): void {
  see(e);
  if (e.k === 'op') for (const arg of e.args) visit(arg, see);
  if (e.k === 'load') visit(e.address, see);
}

/** The expressions that a statement evaluates. */
export function expressionsOf(s: Statement): readonly Expr[] {
  switch (s.k) {
    case 'store':
      return s.when ? [s.address, s.value, s.when] : [s.address, s.value];
    case 'flags':
      return [s.a, s.b];
    default:
      return [s.value];
  }
}

export function expressionOfFlow(flow: Flow): Expr | undefined {
  if (flow.k === 'branch') return flow.when;
  return flow.k === 'jump_to' || flow.k === 'call_to' ? flow.target : undefined;
}
