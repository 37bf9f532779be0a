import { describe, expect, it } from 'vitest';
import { decode } from '../../../rules/recompiler/decode/decode.ts';
import { compilePattern } from '../../../rules/recompiler/decode/pattern.ts';
import { ROWS } from '../../../rules/recompiler/decode/table.ts';
import { SEMANTICS } from '../../../rules/recompiler/semantics/translate.ts';

/** What no program for ARMv8.0 needs, and what only an operating system may do. */
const KNOWN_AND_UNSUPPORTED =
  'addg_subg min_max_imm bc_cond hvc smc hlt tcancel dcps1 dcps2 dcps3 sysl system_low ' +
  'br_authenticated ret_authenticated eret eret_authenticated drps stgp_post stgp_offset ' +
  'stgp_pre ldst_authenticated tag_store tag_store_offset ldg tag_multiple ld64b st64b_status ' +
  'ctz cnt abs authenticate authenticate_zero xpac min_max subp subps irg gmi pacga rmif setf ' +
  'eor3 bcax sm3ss1 sm3tt xar sha512_three sha512_two';

describe('the decode table', () => {
  it('has no two rows of one name or one pattern', () => {
    const names = ROWS.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    const patterns = ROWS.map(([, text]) => compilePattern(text)).map((p) => `${p.mask}:${p.value}`);
    expect(new Set(patterns).size).toBe(patterns.length);
  });

  it('finds every row by its own pattern', () => {
    for (const [name, text] of ROWS) expect(decode(compilePattern(text).value)?.name, name).toBeDefined();
  });

  it('gives a meaning to every row but those that are known and unsupported', () => {
    const without = ROWS.map(([name]) => name).filter((name) => SEMANTICS[name] === undefined);
    expect(without.join(' ')).toBe(KNOWN_AND_UNSUPPORTED);
  });

  it('has no meaning without a row', () => {
    const names = new Set(ROWS.map(([name]) => name));
    expect(Object.keys(SEMANTICS).filter((name) => !names.has(name))).toEqual([]);
  });

  it.each([
    [0x91000420, 'add_imm', { d: 0, n: 1, i: 1, z: 1, s: 0 }],
    [0xa9bf7bfd, 'ldp_stp', { t: 29, u: 30, n: 31, i: 126, x: 3, l: 0 }],
    [0x54000041, 'b_cond', { c: 1, i: 2 }],
    [0x4e20d420, 'simd_three_same', { q: 1, u: 0, o: 26 }],
  ] as const)('reads the fields of %s', (word, name, fields) => {
    expect(decode(word)).toMatchObject({ name, fields });
  });

  it('refuses a pattern that is not 32 bits, or holds a field twice', () => {
    expect(() => compilePattern('0101')).toThrow('4 bits');
    expect(() => compilePattern(`dd0dd${'0'.repeat(27)}`)).toThrow('two pieces');
  });
});
