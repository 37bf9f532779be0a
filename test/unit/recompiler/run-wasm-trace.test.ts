import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameReport, readReport } from '../../../rules/recompiler/apply-names/name-report.ts';
import type { Flow } from '../../../rules/recompiler/ir/ir.ts';
import { runModule } from '../../../rules/recompiler/run-wasm/host.ts';
import { makeLinux, printingHost } from '../../../rules/recompiler/run-wasm/linux.ts';
import { placeOf } from '../../../rules/recompiler/run-wasm/place-names.ts';
import { RunTrace } from '../../../rules/recompiler/run-wasm/run-trace.ts';
import { engine } from '../../../rules/recompiler/run-wasm/web-assembly.ts';
import type { ProgramFacts } from '../../../rules/recompiler/wasm/module.ts';
import { nameSection, placeSection } from '../../../rules/recompiler/wasm/name-section.ts';
import { runtimeTrace } from '../../../src/model/schema/runtime-trace.ts';
import { liftProgram } from '../../helpers/lifted.ts';

const files = liftProgram(
  'linux-tool',
  readFileSync(new URL('../../../samples/linux-tool/linux-tool.elf', import.meta.url)),
);
const module = Buffer.from(files.get('program.wasm') ?? '');
const report = readReport(String(files.get('lift-report.json')));
if (!report.ok) throw new Error(report.error);
const starts = report.value.listing.map(({ address }) => address);

function run(trace?: RunTrace) {
  const said: string[] = [];
  const fallback = new Set<number>();
  let known: ProgramFacts | undefined;
  const left = runModule(
    module,
    (facts) => {
      known = facts;
      return makeLinux(printingHost((_, bytes) => void said.push(Buffer.from(bytes).toString())));
    },
    { trace, fallback },
  );
  if (!known) throw new Error('it did not start');
  return { status: left.status, said: said.join(''), facts: known, fallback };
}

describe('a trace of a WebAssembly program', () => {
  it('sees which functions ran, and changes nothing that the program does', () => {
    const plain = run();
    const trace = new RunTrace();
    const traced = run(trace);
    expect([traced.status, traced.said]).toEqual([plain.status, plain.said]);
    const written = runtimeTrace.parse({ ...JSON.parse(trace.text(traced.facts)), fallback: [] });
    expect(written.instructions).toBeGreaterThan(10);
    expect(written.functions).toContain(`0x${traced.facts.entry.toString(16)}`);
    expect(written.functions.length).toBeGreaterThan(1);
    expect(written.functions.filter((at) => !starts.includes(Number(at)))).toEqual([]);
  });

  it('keeps calls and jumps by register, each once, in order', () => {
    const trace = new RunTrace();
    const facts = { ...run().facts, codeStart: 0x1000, codeEnd: 0x2000, entry: 0x1000 };
    const note = (from: number, to: number, flow: Flow): void =>
      trace.note(facts, BigInt(from), { name: '', statements: [], flow }, BigInt(to));
    const target = { k: 'const', type: 'i64', value: 0n } as const;
    note(0x1010, 0x1100, { k: 'call_to', target });
    note(0x1004, 0x1200, { k: 'jump_to', target, isReturn: false });
    note(0x1004, 0x1200, { k: 'jump_to', target, isReturn: false });
    note(0x1008, 0x1300, { k: 'jump_to', target, isReturn: true });
    note(0x100c, 0x1400, { k: 'call', offset: 0 });
    note(0x1010, 0x9000, { k: 'call_to', target });
    expect(JSON.parse(trace.text(facts))).toMatchObject({
      instructions: 6,
      functions: ['0x1000', '0x1100', '0x1400'],
      indirect: [
        { from: '0x1004', to: '0x1200', kind: 'jump' },
        { from: '0x1010', to: '0x1100', kind: 'call' },
      ],
    });
  });
});

it('says where an address lies, by the names that the module brings along', () => {
  const [first = 0, second = 0] = starts;
  const named = nameReport(report.value, new Map([[first, { address: first, name: 'begin' }]]));
  const packed = new engine.Module(Buffer.concat([module, placeSection(named), nameSection(named)]));
  expect(placeOf(packed, BigInt(first) + 4n)).toBe(' (begin+0x4)');
  expect(placeOf(packed, BigInt(second))).toBe('');
  expect(placeOf(packed, BigInt(first) - 4n)).toBe('');
  expect(placeOf(new engine.Module(module), BigInt(first))).toBe('');
});
