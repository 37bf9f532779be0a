import { describe, expect, it } from 'vitest';
import { coalesce } from '../../../src/remote/coalesce.ts';

const setup = (maxSize: number, maxItems = 100) => {
  const sent: (readonly string[])[] = [];
  const release: (() => void)[] = [];
  const ask = coalesce<string, string>({
    maxItems,
    maxSize: () => maxSize,
    concurrency: 1,
    send: async (items) => {
      sent.push(items);
      await new Promise<void>((resolve) => release.push(resolve));
      return (item) => item.toUpperCase();
    },
  });
  const flush = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    release.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ask, sent, flush };
};

describe('coalesce', () => {
  it('sends together what is asked for together, and answers each', async () => {
    const { ask, sent, flush } = setup(100);
    const answers = Promise.all(['a', 'b', 'c'].map((item) => ask(item, 1)));
    await flush();
    expect(await answers).toEqual(['A', 'B', 'C']);
    expect(sent).toEqual([['a', 'b', 'c']]);
  });

  it('keeps below the bounds, but sends what alone is above them', async () => {
    const { ask, sent, flush } = setup(10);
    const answers = Promise.all([ask('a', 6), ask('b', 6), ask('c', 4), ask('d', 99)]);
    for (let i = 0; i < 4; i++) await flush();
    await answers;
    expect(sent).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('tells everybody when it fails', async () => {
    const ask = coalesce<string, string>({
      maxItems: 10,
      maxSize: () => 10,
      concurrency: 1,
      send: () => Promise.reject(new Error('no')),
    });
    const outcomes = await Promise.allSettled([ask('a', 1), ask('b', 1)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
