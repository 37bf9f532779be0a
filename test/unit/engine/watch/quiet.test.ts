import { expect, it } from 'vitest';
import { stillToWait } from '../../../../src/engine/watch/quiet.ts';

it('a single save is acted on soon, a checkout when it has ended, and who never rests all the same', () => {
  const one = stillToWait({ places: 1, firstAt: 100, lastAt: 100 }, 100);
  const many = stillToWait({ places: 300, firstAt: 100, lastAt: 100 }, 100);
  expect(one).toBeGreaterThan(0);
  expect(one).toBeLessThan(20);
  expect(many).toBeGreaterThan(one);
  expect(stillToWait({ places: 1, firstAt: 100, lastAt: 100 }, 100 + one)).toBe(0);
  expect(stillToWait({ places: 300, firstAt: 100, lastAt: 300 }, 320)).toBe(many - 20);
  expect(stillToWait({ places: 300, firstAt: 0, lastAt: 10_000 }, 10_000)).toBe(0);
});
