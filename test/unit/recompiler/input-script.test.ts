import { describe, expect, it } from 'vitest';
import { parseInputScript, printChanges } from '../../../rules/recompiler/script/input-script.ts';

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
    ['[metadata]\ncolour = 1', 'unknown key "colour"'],
    [event('frame = 1\ncontrol = "TURBO"\nvalue = 1'), 'no control "TURBO"'],
    [event('frame = 1\ncontrol = "A"\nvalue = 2'), 'between 0 and 1'],
    [event('control = "A"\nvalue = 1'), 'either frame or time_ms'],
    [event('frame = 1\ntime_ms = 1\ncontrol = "A"\nvalue = 1'), 'either frame or time_ms'],
    [event('frame = -1\ncontrol = "A"\nvalue = 1'), 'whole number'],
    ['[[markers]]\nname = "a"\nframe = 1\n[[markers]]\nname = "a"\nframe = 2', 'used twice'],
    ['[metadata]\ntiming_mode = "beats"', 'timing_mode'],
    ['events = 3', 'not a list'],
    ['= broken', 'line 1'],
  ])('refuses %j', (text, message) => {
    expect(changesOf(text)).toContain(message);
  });
});
