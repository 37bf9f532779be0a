import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseInputScript, printChanges } from '../../../rules/recompiler/script/input-script.ts';
import { SCRIPT_WORDS, scriptSchema } from '../../../rules/recompiler/script/script-schema.ts';
import { keysOf } from '../../support/schema-keys.ts';

const changesOf = (text: string): string => {
  const result = parseInputScript(text);
  return result.ok ? printChanges(result.value) : result.error;
};
const event = (fields: string): string => `[[events]]\n${fields}\n`;

describe('the input script', () => {
  it('counts frames and milliseconds in ticks of the virtual clock', () => {
    const text =
      event('frame = 3\ncontrol = "A"\nvalue = 1') + event('time_ms = 10\ncontrol = "LX"\nvalue = -5');
    expect(changesOf(text)).toBe('192000 32 -5\n960000 0 1\n');
  });

  it('keeps the order of events at one moment', () => {
    const text = ['B', 'A', 'B']
      .map((name, i) => event(`frame = 1\ncontrol = "${name}"\nvalue = ${i % 2}`))
      .join('');
    expect(changesOf(text)).toBe('320000 1 0\n320000 0 1\n320000 1 0\n');
  });

  it.each([
    ['[metadata]\ncolour = 1', '2:1: unknown key "colour"'],
    [event('frame = 1\ncontrol = "TURBO"\nvalue = 1'), '3:1: no control "TURBO"; known: A, B'],
    [
      event('frame = 1\ncontrl = "A"\nvalue = 1'),
      '1:1: an event needs a control\nf.toml:3:1: unknown key "contrl"',
    ],
    [event('frame = 1\ncontrol = "A"\nvalue = 2'), '4:1: the value lies between 0 and 1'],
    [event('frame = 1\ncontrol = "A"\nvalue = "on"'), '4:1: value is a whole number'],
    [event('frame = 1\ncontrol = "A"'), '1:1: an event needs a value'],
    [event('control = "A"\nvalue = 1'), '1:1: it needs either frame or time_ms'],
    [event('frame = 1\ntime_ms = 1\ncontrol = "A"\nvalue = 1'), '3:1: either frame or time_ms'],
    [event('frame = -1\ncontrol = "A"\nvalue = 1'), '2:1: frame is a whole number from 0'],
    ['[[markers]]\nname = "a"\nframe = 1\n[[markers]]\nname = "a"\nframe = 2', '5:1: "a" is used twice'],
    ['[metadata]\ntiming_mode = "beats"', '2:1: timing_mode is one of frames, ms'],
    ['events = 3', '1:1: [[events]] is a list of tables'],
    ['= broken', '1:1: '],
  ])('refuses %j', (text, message) => {
    const result = parseInputScript(text, 'f.toml');
    const [first, ...more] = result.ok ? [] : result.error.split('f.toml:').slice(1);
    expect([first, ...more].join('f.toml:')).toContain(message);
    expect(more).toHaveLength(message.split('f.toml:').length - 1);
  });
});

describe('the schema of input_script.toml', () => {
  it('has every key that the capture reads, each with words', () =>
    expect(keysOf(scriptSchema()).sort()).toEqual(Object.keys(SCRIPT_WORDS).sort()));

  it.each([
    ['valid', true],
    ['invalid', false],
  ])('and the capture agree about the %s example', (kind, good) => {
    const file = fileURLToPath(new URL(`../../../fixtures/${kind}/input-script.toml`, import.meta.url));
    expect(parseInputScript(readFileSync(file, 'utf8')).ok).toBe(good);
  });
});
