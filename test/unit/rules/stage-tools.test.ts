import { describe, expect, it } from 'vitest';
import { vouch } from '../../../rules/homebrew-intake/provenance/vouch.ts';
import { failuresOf } from '../../../rules/validate/verdict/failures.ts';

const SHA = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const entry = (lines: string): string => `[[inputs]]\npath = "game.nro"\nformat = "nro0"\n${lines}\n`;
const program = { path: 'pkg/game.nro', sha256: SHA, size: 7 };

describe('what a provenance says of a program', () => {
  it('is the entry with its digest, wherever the file lies', () => {
    const text = `[title]\nname = "x"\n${entry(`sha256 = "${OTHER}"`)}${entry(`sha256 = "${SHA}"\nsize = 7\nrole = "program"`)}`;
    const expected = { path: 'game.nro', sha256: SHA, size: 7, format: 'nro0', role: 'program' };
    expect(vouch(text, program)).toEqual({ ok: true, value: expected });
    expect(vouch(text, { ...program, path: 'elsewhere/renamed.bin' })).toEqual({ ok: true, value: expected });
  });
  it('may say of itself that it is proprietary, or that it is not', () => {
    for (const said of ['true', 'false'])
      expect(vouch(entry(`sha256 = "${SHA}"\nproprietary = ${said}`), program).ok, said).toBe(true);
  });
  it.each([
    [
      'another digest',
      entry(`sha256 = "${OTHER}"`),
      `pkg/game.nro has sha256 ${SHA}, not ${OTHER} as [[inputs]] says`,
    ],
    [
      'another size',
      entry(`sha256 = "${SHA}"\nsize = 8`),
      'pkg/game.nro has 7 bytes, not 8 as [[inputs]] says',
    ],
    [
      'no entry',
      '[title]\nname = "x"\n',
      `no [[inputs]] describes pkg/game.nro (sha256 ${SHA}); it has none`,
    ],
    [
      'a misspelt key',
      entry(`sha265 = "${SHA}"`),
      '[[inputs]] number 1: unknown key "sha265"; known: path, sha256, size, format, role, proprietary',
    ],
    [
      'a bad digest',
      entry('sha256 = "abc"'),
      '[[inputs]] number 1: sha256 must be 64 lower-case hexadecimal digits',
    ],
    [
      'a word in the place of a yes or no',
      entry(`sha256 = "${SHA}"\nproprietary = "yes"`),
      '[[inputs]] number 1: proprietary must be true or false',
    ],
    ['a text that is no list', 'inputs = "x"\n', 'inputs is not a list of tables: write [[inputs]]'],
    ['no TOML', '[title\n', 'line 1, column 7: not valid TOML'],
  ])('refuses %s', (_name, text, error) => {
    expect(vouch(text, program)).toEqual({ ok: false, error });
  });
});

describe('the verdict on a report', () => {
  const report = (...statuses: string[]): string =>
    JSON.stringify({ cases: statuses.map((status, i) => ({ name: `c${i}`, status, details: `d${i}` })) });
  it('names every case that did not pass', () => {
    expect(failuresOf(report('passed', 'passed'))).toEqual({ ok: true, value: [] });
    expect(failuresOf(report('failed', 'passed', 'odd'))).toEqual({ ok: true, value: ['c0: d0', 'c2: d2'] });
  });
  it.each(['', 'null', '[]', '{"cases":{}}'])('is none on %j', (text) => {
    expect(failuresOf(text)).toMatchObject({ ok: false });
  });
});
