import { expect, it } from 'vitest';
import { PoolGate } from '../../../src/engine/pool-gate.ts';

it('lets in as many as fit, the others in order, each as one leaves', () => {
  const gate = new PoolGate({ link: 2 });
  const inside: { name: string; leave: () => void }[] = [];
  for (const name of ['a', 'b', 'c', 'd']) gate.enter('link', (leave) => inside.push({ name, leave }));
  const names = (): string => inside.map((one) => one.name).join('');
  expect(names()).toBe('ab');
  expect(gate.busy).toBe(true);
  inside[1]?.leave();
  expect(names()).toBe('abc');
  inside[0]?.leave();
  expect(names()).toBe('abcd');
  expect(gate.busy).toBe(false);
  inside[2]?.leave();
  inside[3]?.leave();
  for (const name of ['e', 'f', 'g']) gate.enter('link', (leave) => inside.push({ name, leave }));
  expect(names()).toBe('abcdef');
});

it('holds nobody up who names no pool, or one that has no limit', () => {
  const gate = new PoolGate({ link: 1 });
  let entered = 0;
  for (const pool of [undefined, undefined, 'other', 'other']) gate.enter(pool, () => entered++);
  expect([entered, gate.busy]).toEqual([4, false]);
});
