import { describe, expect, it } from 'vitest';
import type { KeyPath } from '../../../src/model/target.ts';
import { locate, locateAttribute, type Part } from '../../../src/workspace/locate.ts';

const TEXT = `[defaults]
env = { A = "1" }

[[target]]
name = "a"
srcs = ["x", { glob = "y", exclude = [ "z" ] }]
deep."quoted key".last = 1
text = """
two lines"""

[[target]]
name = "b"
[target.env]
B = 2
`;

/** The underlined text itself. */
function at(path: KeyPath, part: Part): string {
  const { line, column, length, text } = locate('f', TEXT, path, part);
  return `${line}: ${text.slice(column - 1, column - 1 + length)}`;
}

describe('locate', () => {
  it.each([
    [['target', 0, 'name'], 'key', '5: name'],
    [['target', 0, 'name'], 'value', '5: "a"'],
    [['target', 1, 'name'], 'value', '12: "b"'],
    [['target', 0, 'srcs', 0], 'value', '6: "x"'],
    [['target', 0, 'srcs', 1], 'value', '6: { glob = "y", exclude = [ "z" ] }'],
    [['target', 0, 'srcs', 1, 'glob'], 'key', '6: glob'],
    [['target', 0, 'srcs', 1, 'exclude', 0], 'value', '6: "z"'],
    [['target', 0, 'deep'], 'key', '7: deep'],
    [['target', 0, 'deep', 'quoted key'], 'key', '7: "quoted key"'],
    [['target', 0, 'deep', 'quoted key', 'last'], 'value', '7: 1'],
    [['target', 0, 'text'], 'value', '8: """'],
    [['target', 1, 'env'], 'key', '13: env'],
    [['target', 1, 'env', 'B'], 'value', '14: 2'],
    [['target', 1], 'key', '11: target'],
    [['defaults', 'env', 'A'], 'value', '2: "1"'],
    [['target', 0, 'none', 'at', 'all'], 'key', '4: target'],
    [['target', 0, 'srcs', 7], 'value', '6: srcs'],
    [['none'], 'key', '1: ['],
  ] as [KeyPath, Part, string][])('%j (%s)', (path, part, expected) => expect(at(path, part)).toBe(expected));

  it('finds an attribute that comes from the defaults', () => {
    expect(locateAttribute('f', TEXT, ['target', 0], ['env', 'A'], 'value')).toMatchObject({
      line: 2,
      column: 13,
    });
    expect(locateAttribute('f', TEXT, ['target', 1], ['env', 'B'], 'value')).toMatchObject({
      line: 14,
      column: 5,
    });
    expect(locateAttribute('f', TEXT, ['target', 1], ['outs'], 'key')).toMatchObject({ line: 11, column: 3 });
  });

  it('answers for text that is no TOML', () =>
    expect(locate('f', 'x = [', ['x'], 'value')).toEqual({
      file: 'f',
      line: 1,
      column: 1,
      length: 1,
      text: 'x = [',
    }));

  it('counts columns in lines that end in \\r\\n', () =>
    expect(locate('f', 'a = 1\r\nb = 22\r\n', ['b'], 'value')).toEqual({
      file: 'f',
      line: 2,
      column: 5,
      length: 2,
      text: 'b = 22',
    }));
});
