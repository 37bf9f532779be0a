import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { compareDiagnostics, renderDiagnostic } from '../../../src/report/render-diagnostic.ts';

const spanOf = (text: string, column: number, length: number) => ({
  file: 'f',
  line: 1,
  column,
  length,
  text,
});
const plain = (diagnostic: Partial<Diagnostic>) =>
  renderDiagnostic({ severity: 'error', code: 'c', message: 'm', ...diagnostic }, { color: false });
/** The line and its underline. */
const shown = (text: string, column: number, length: number) =>
  plain({ span: spanOf(text, column, length) })
    .split('\n')
    .slice(3, 5);

describe('renderDiagnostic', () => {
  it('puts the underline below tabs, wide and combining characters', () => {
    expect(shown('\ta = "b"', 6, 3)).toEqual(['1 |     a = "b"', '  |         ^^^']);
    expect(shown('漢字 = "かな"', 6, 4)).toEqual(['1 | 漢字 = "かな"', '  |        ^^^^^^']);
    expect(shown('e\u0301 = 1', 6, 1)).toEqual(['1 | e\u0301 = 1', '  |     ^']);
    expect(shown('😀 = 1', 6, 1)).toEqual(['1 | 😀 = 1', '  |      ^']);
  });

  it('cuts a long line around the place', () => {
    const [line = '', underline = ''] = shown(`${'a'.repeat(500)}HERE${'b'.repeat(500)}`, 501, 4);
    expect(line.length).toBeLessThan(110);
    expect(line.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1)).toBe('HERE');
    expect(line.startsWith('1 | …aaa') && line.endsWith('bbb…')).toBe(true);
  });

  it('underlines to the end of what is shown, and something behind the end of a line', () => {
    const [, underline = ''] = shown(`x${'a'.repeat(500)}`, 2, 500);
    expect(underline.length).toBeLessThan(110);
    expect(shown('ab', 3, 1)).toEqual(['1 | ab', '  |   ^']);
    expect(shown('', 1, 1)).toEqual(['1 |', '  | ^']);
  });

  it('lets nothing through that steers a terminal', () => {
    const evil = '\u001b[31m\u0007\u009b\u202e\r\u0000\ud800';
    const out = plain({
      message: evil,
      help: evil,
      span: { ...spanOf(evil, 1, 9), file: evil },
      related: [{ message: evil }],
    });
    expect(out).not.toMatch(/[^\P{C}\n]/u);
  });

  it('colours only where asked to', () => {
    const diagnostic: Diagnostic = {
      severity: 'warning',
      code: 'c',
      message: 'm',
      span: spanOf('x', 1, 1),
      help: 'h',
    };
    const colored = renderDiagnostic(diagnostic, { color: true });
    expect(colored).toContain('\u001b[1;33mwarning[c]');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours themselves.
    expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(renderDiagnostic(diagnostic, { color: false }));
  });

  it('never throws, whatever the place', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 400 }),
        (line, column, length) => {
          expect(shown(line, column, length)[1]).toMatch(/\^/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('compareDiagnostics', () => {
  it('orders by file, line, column and code', () => {
    const make = (file: string, line: number, column: number, code: string): Diagnostic => ({
      severity: 'error',
      code,
      message: '',
      span: { file, line, column, length: 1, text: '' },
    });
    const none: Diagnostic = { severity: 'error', code: 'z', message: '' };
    const wanted = [
      none,
      make('a', 2, 1, 'x'),
      make('a', 10, 1, 'x'),
      make('a', 10, 2, 'w'),
      make('a', 10, 2, 'x'),
      make('b', 1, 1, 'x'),
    ];
    expect([...wanted].reverse().sort(compareDiagnostics)).toEqual(wanted);
  });
});
