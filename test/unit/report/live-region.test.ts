import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveRegion } from '../../../src/report/live-region.ts';
import { Screen } from '../../support/screen.ts';

const line = fc
  .string({ unit: fc.constantFrom('a', 'b', ' ', '…'), minLength: 1, maxLength: 19 })
  .map((s) => `${s}.`);
const step = fc.oneof(
  fc.record({ say: line, lines: fc.array(line, { maxLength: 5 }) }),
  fc.record({ lines: fc.array(line, { maxLength: 5 }) }),
  fc.record({ columns: fc.integer({ min: 4, max: 60 }) }),
);

describe('the lines at the bottom', () => {
  it('never take a line that was said with them, and leave nothing behind, whatever the window does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const screen = new Screen(40);
        const region = liveRegion(
          (text) => screen.write(text),
          () => ({ columns: screen.columns, rows: 24 }),
        );
        const said: string[] = [];
        let last: readonly string[] = [];
        for (const one of steps) {
          if ('columns' in one) {
            screen.resize(one.columns);
            continue;
          }
          // As the view does: nothing that is drawn is wider than the window.
          last = one.lines.map((text) => text.slice(-(screen.columns - 1)));
          const text = 'say' in one ? one.say : '';
          if (text !== '') said.push(text);
          region.show(text === '' ? '' : `${text}\n`, last);
          expect(screen.lines.filter((l) => l !== '')).toEqual(
            [...said, ...last].filter((l) => l.trim() !== ''),
          );
        }
        region.clear();
        expect(screen.lines.filter((l) => l !== '')).toEqual(said);
      }),
      { numRuns: 500 },
    );
  });

  it('leave nothing of what a key echoes, however wide they are', () => {
    const screen = new Screen(40);
    const region = liveRegion(
      (text) => screen.write(text),
      () => ({ columns: 40, rows: 24 }),
    );
    const wide = (letter: string): string => letter.repeat(39);
    region.show('', [wide('a'), wide('b')]);
    screen.write('^C');
    region.show('stopping\n', [wide('c'), wide('d')]);
    expect(screen.lines).toEqual(['stopping', wide('c'), wide('d')]);
  });

  it('writes nothing when nothing is new', () => {
    let writes = 0;
    const region = liveRegion(
      () => writes++,
      () => ({ columns: 80, rows: 24 }),
    );
    region.show('', ['a', 'b']);
    region.show('', ['a', 'b']);
    expect(writes).toBe(1);
  });
});
