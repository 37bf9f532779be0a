import type { Instruction } from '../ir/ir.ts';
import type { ProgramFacts } from '../wasm/module.ts';

const MAX_PAIRS = 1 << 20;

/** A trace for the next analysis, as `runtime/trace.c` makes it: which functions were called, and where calls and jumps by register went. */
export class RunTrace {
  readonly #called = new Set<number>();
  readonly #pairs = new Map<string, readonly [from: number, to: number, kind: 'call' | 'jump']>();
  #instructions = 0;
  #isCut = false;

  /** Control went from an instruction to the next address. */
  note({ codeStart, codeEnd }: ProgramFacts, pc: bigint, { flow }: Instruction, next: bigint): void {
    this.#instructions++;
    if (flow.k !== 'call' && flow.k !== 'call_to' && (flow.k !== 'jump_to' || flow.isReturn)) return;
    const [from, to] = [Number(pc), Number(next)];
    // Where there is no code, the program ends: that is no function.
    if (to % 4 !== 0 || to < codeStart || to >= codeEnd) return;
    if (flow.k !== 'jump_to') this.#called.add(to);
    if (flow.k !== 'call') this.#add(from, to, flow.k === 'jump_to' ? 'jump' : 'call');
  }

  #add(from: number, to: number, kind: 'call' | 'jump'): void {
    const key = `${from} ${to} ${kind}`;
    if (this.#pairs.has(key)) return;
    if (this.#pairs.size < MAX_PAIRS) this.#pairs.set(key, [from, to, kind]);
    else this.#isCut = true;
  }

  text({ name, inputSha256, entry }: ProgramFacts): string {
    const pairs = [...this.#pairs.values()].sort(
      ([a, b, one], [c, d, other]) => a - c || b - d || (one < other ? -1 : 1),
    );
    const called = [...new Set([...this.#called, entry])].sort((a, b) => a - b);
    return `${JSON.stringify(
      {
        schema_version: 1,
        program: name,
        input_sha256: inputSha256,
        instructions: this.#instructions,
        is_cut: this.#isCut,
        functions: called.map(hex),
        indirect: pairs.map(([from, to, kind]) => ({ from: hex(from), to: hex(to), kind })),
      },
      null,
      1,
    )}\n`;
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;
