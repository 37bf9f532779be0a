import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../../src/graph/query/functions.ts';
import { parseQuery } from '../../../../src/graph/query/parse.ts';

/** What is wrong, the text it points at, and the way out. */
function fault(text: string) {
  const parsed = parseQuery(text);
  if (parsed.ok) throw new Error(`${text} was taken`);
  const { code, message, at, help } = parsed.error;
  return { code, message, at: text.slice(at.start, at.start + at.length), help };
}

describe('parseQuery', () => {
  it('joins from left to right, by signs and by words', () => {
    const parsed = parseQuery('a - b + c intersect "union"');
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        kind: 'chain',
        first: { text: 'a' },
        rest: [
          { operator: 'except', operand: { text: 'b' } },
          { operator: 'union', operand: { text: 'c' } },
          { operator: 'intersect', operand: { text: 'union' } },
        ],
      },
    });
  });

  it('takes what is quoted as one word, and a hyphen within a word as part of it', () => {
    expect(parseQuery('"//a:b+c"')).toMatchObject({ value: { kind: 'word', text: '//a:b+c' } });
    expect(parseQuery('//a-b:c-d')).toMatchObject({ value: { kind: 'word', text: '//a-b:c-d' } });
    expect(parseQuery("kind('.* rule', ...)")).toMatchObject({ value: { args: [{ regex: /.* rule/ }, {}] } });
  });

  it('knows a variable only where it is bound', () => {
    expect(parseQuery('let a = //x in let b = $a in $a + $b').ok).toBe(true);
    expect(fault('(let abc = //x in $abc) + $abd')).toMatchObject({ code: 'unknown-variable', at: '$abd' });
    expect(fault('let abc = //x in $abd')).toMatchObject({ at: '$abd', help: 'did you mean $abc?' });
  });

  it.each([
    ['', 'the expression is empty', ''],
    ['deps(//a', 'a `)` is missing at the end', ''],
    ['deps(//a))', 'this `)` has nothing to do here', ')'],
    ['//a //b', 'an operator is missing before this', '//b'],
    ['//a +', 'the expression ends too early', ''],
    ['+ //a', '`+` cannot stand here', '+'],
    ['deps(//a, x)', 'expected a whole number here', 'x'],
    ['deps(//a, 1, 2)', 'deps takes no more than this', ','],
    ['rdeps(//a)', 'a `,` is missing before this', ')'],
    ['kind("(", //a)', 'this is no regular expression: unterminated group', '"("'],
    ['"//a', 'this quote is never closed', '"'],
    ['set(//a, //b)', '`,` cannot stand in a set', ','],
    ['set(//a', 'this set is never closed', ''],
    ['let 1x = //a in $x', '`let` is followed by a name of letters, digits and `_`', '1x'],
    ['let x = //a', 'this `let` has no `in`', ''],
    ['in', '`in` is a word of the language, and cannot stand here', 'in'],
    ['//a & //b', '"&" cannot stand here', '&'],
  ])('says of %j what is wrong, and where', (text, message, at) =>
    expect(fault(text)).toMatchObject({ message, at }),
  );

  it('names the function that was meant, or all there are', () => {
    expect(fault('rdep(//..., //a)')).toMatchObject({
      code: 'unknown-function',
      at: 'rdep',
      help: 'did you mean "rdeps"?',
    });
    expect(fault('frobnicate(//a)').help).toBe(`there are ${Object.keys(FUNCTIONS).join(', ')}`);
  });

  it('has bounds', () => {
    expect(fault('('.repeat(100_000)).message).toMatch(/nested deeper than 200/);
    expect(fault('deps('.repeat(300)).message).toMatch(/nested deeper than 200/);
    expect(fault(`//a${' + //a'.repeat(30_000)}`).message).toMatch(/more than 20000 parts/);
    expect(fault(`set(${'//a '.repeat(30_000)})`).message).toMatch(/more than 20000 parts/);
    expect(fault(`filter("${'a'.repeat(2000)}", //a)`).message).toMatch(/at most 1000 characters/);
    expect(fault('x'.repeat(300_000)).code).toBe('query-too-large');
  });
});
