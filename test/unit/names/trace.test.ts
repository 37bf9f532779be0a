import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withTraceEvidence, withTraceHints } from '../../../rules/analysis/tool/with-trace.ts';
import { NO_HINTS } from '../../../rules/recompiler/analyse/hints.ts';
import { parseRuntimeTrace, type RuntimeTrace } from '../../../rules/recompiler/trace/runtime-trace.ts';
import { runtimeTrace } from '../../../src/model/schema/runtime-trace.ts';

const SHA = 'ab'.repeat(32);
const WRITTEN = {
  schema_version: 1,
  program: 'p',
  input_sha256: SHA,
  instructions: 12,
  is_cut: false,
  functions: ['0x10', '0x40'],
  indirect: [
    { from: '0x14', to: '0x20', kind: 'jump' },
    { from: '0x14', to: '0x1c', kind: 'jump' },
    { from: '0x18', to: '0x40', kind: 'call' },
  ],
  fallback: ['0x80'],
};

const trace = (): RuntimeTrace => {
  const parsed = parseRuntimeTrace(JSON.stringify(WRITTEN));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

describe('a runtime trace', () => {
  it('is read, and keeps to its schema', () => {
    expect(runtimeTrace.safeParse(WRITTEN).error).toBeUndefined();
    expect(trace()).toMatchObject({ inputSha256: SHA, functions: [16, 64], fallback: [128] });
  });

  it('is evidence for what ran', () => {
    const [ran, still] = withTraceEvidence(
      [
        { address: 16, name: 'f', evidence: [{ source: 'person' }] },
        { address: 20, name: 'g' },
      ],
      trace(),
    );
    expect(ran?.evidence).toEqual([{ source: 'person' }, { source: 'trace', detail: 'ran' }]);
    expect(still?.evidence).toBeUndefined();
  });

  it('tells where control arrives, and where jumps by register go', () => {
    const hints = withTraceHints({ ...NO_HINTS, tables: new Map([[20, [36]]]) }, trace());
    expect(hints.entries).toEqual([16, 64, 128]);
    expect([...hints.tables]).toEqual([[20, [28, 32, 36]]]);
    expect(hints.traceOf).toBe(SHA);
  });

  it.each(['', '{}', '{"schema_version":1}', JSON.stringify({ ...WRITTEN, functions: ['x'] })])(
    'is refused: %s',
    (text) => {
      expect(parseRuntimeTrace(text).ok).toBe(false);
    },
  );

  it('is data or a fault, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(WRITTEN)), (any, key) => {
        const text = JSON.stringify({ ...WRITTEN, [key]: any });
        return typeof parseRuntimeTrace(text).ok === 'boolean';
      }),
    );
  });
});
