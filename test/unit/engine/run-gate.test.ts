import { describe, expect, it } from 'vitest';
import { RunGate } from '../../../src/engine/run-gate.ts';

/** Runs that say when they began, and end when they are told. */
function rig(width: number, isClosed = () => false) {
  const gate = new RunGate(width, isClosed);
  const began: string[] = [];
  const enter = (name: string) => {
    let processOver = (): void => {};
    let end = (): void => {};
    const passed = gate.pass(async (leave) => {
      began.push(name);
      processOver = leave;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return name;
    });
    return { passed, processOver: () => processOver(), end: () => end() };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { began, enter, settled };
}

describe('the gate that processes pass', () => {
  it('lets in as many as it is wide, and the next when one is done', async () => {
    const { began, enter, settled } = rig(2);
    const [a, b, c] = [enter('a'), enter('b'), enter('c')];
    await settled();
    expect(began).toEqual(['a', 'b']);
    b.end();
    expect(await b.passed).toBe('b');
    await settled();
    expect(began).toEqual(['a', 'b', 'c']);
    a.end();
    c.end();
    expect([await a.passed, await c.passed]).toEqual(['a', 'c']);
  });

  it('lets the next in when a process is over, however long its outputs take; that counts once', async () => {
    const { began, enter, settled } = rig(1);
    const [a, b, c] = [enter('a'), enter('b'), enter('c')];
    a.processOver();
    a.processOver();
    await settled();
    expect(began).toEqual(['a', 'b']);
    a.end();
    expect(await a.passed).toBe('a');
    await settled();
    expect(began).toEqual(['a', 'b']);
    b.end();
    await settled();
    expect(began).toEqual(['a', 'b', 'c']);
    c.end();
    await Promise.all([b.passed, c.passed]);
  });

  it('lets nobody in once it is closed, and keeps nobody waiting', async () => {
    let closed = false;
    const { began, enter } = rig(1, () => closed);
    const [a, b, c] = [enter('a'), enter('b'), enter('c')];
    closed = true;
    a.end();
    expect([await a.passed, await b.passed, await c.passed]).toEqual(['a', undefined, undefined]);
    expect(began).toEqual(['a']);
  });
});
