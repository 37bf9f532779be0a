import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LockOwner, lockWorkspace, type WorkspaceLock } from '../../../src/journal/workspace-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockFile = (): string => join(folder, 'lock');

interface Attempt {
  readonly lock: Promise<WorkspaceLock | undefined>;
  /** Resolves when it says that it waits. */
  readonly waits: Promise<LockOwner | undefined>;
  abort(): void;
}

function attempt(command: string): Attempt {
  const controller = new AbortController();
  let say: (owner: LockOwner | undefined) => void = () => {};
  const waits = new Promise<LockOwner | undefined>((resolve) => {
    say = resolve;
  });
  return {
    lock: lockWorkspace(folder, command, say, controller.signal),
    waits,
    abort: () => controller.abort(),
  };
}

async function take(command: string): Promise<WorkspaceLock> {
  const lock = await attempt(command).lock;
  if (!lock) throw new Error('no lock');
  return lock;
}

/** The lock as somebody else would have left it. */
function leave(owner: Partial<LockOwner>): void {
  const pidNamespace = readlinkSync('/proc/self/ns/pid');
  writeFileSync(
    lockFile(),
    JSON.stringify({
      pid: process.pid,
      started: '0',
      pidNamespace,
      command: 'recomp watch',
      since: 0,
      ...owner,
    }),
  );
}

describe('one at a time', () => {
  it('takes, gives back, and leaves nothing behind', async () => {
    const lock = await take('build');
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({
      pid: process.pid,
      command: 'build',
    });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a second one says whom it waits for, and goes on when that one is done', async () => {
    const first = await take('first');
    const second = attempt('second');
    expect(await second.waits).toMatchObject({ pid: process.pid, command: 'first' });
    first.release();
    const lock = await second.lock;
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ command: 'second' });
    lock?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('many get it one after the other', async () => {
    let inside = 0;
    const turns = Array.from({ length: 6 }, async (_, i) => {
      const lock = await take(`turn ${i}`);
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      lock.release();
    });
    await Promise.all(turns);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('stops waiting when told to, and leaves the other one its lock', async () => {
    const first = await take('first');
    const second = attempt('second');
    await second.waits;
    second.abort();
    expect(await second.lock).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['lock']);
    first.release();
  });

  it('gives back only what is its own', async () => {
    const lock = await take('first');
    leave({ command: 'somebody else' });
    lock.release();
    expect(existsSync(lockFile())).toBe(true);
  });
});

describe('owners that are gone', () => {
  it('a dead one is taken over, also when its number is in use again', async () => {
    for (const owner of [{ pid: 4_194_300 }, { pid: process.pid, started: '1' }, { pid: 1, started: '0' }]) {
      leave(owner);
      const lock = await take('next');
      expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ command: 'next' });
      lock.release();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('one in another container is waited for: its number says nothing here', async () => {
    leave({ pid: 4_194_300, pidNamespace: 'pid:[1]' });
    const waiting = attempt('next');
    expect(await waiting.waits).toMatchObject({ pidNamespace: 'pid:[1]' });
    rmSync(lockFile());
    (await waiting.lock)?.release();
  });

  it('a lock that nobody can read is waited for and named', async () => {
    writeFileSync(lockFile(), '{');
    const waiting = attempt('next');
    expect(await waiting.waits).toBeUndefined();
    rmSync(lockFile());
    (await waiting.lock)?.release();
  });

  it('a dead one is left to whoever is removing it', async () => {
    leave({ pid: 4_194_300 });
    const other = await lockWorkspace(
      join(folder, 'other'),
      'remover',
      () => {},
      new AbortController().signal,
    );
    linkSync(join(folder, 'other/lock'), join(folder, 'lock.guard'));
    const waiting = attempt('next');
    await waiting.waits;
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['lock', 'lock.guard']));
    rmSync(join(folder, 'lock.guard'));
    (await waiting.lock)?.release();
    other?.release();
  });

  it('of many who find a dead one, one gets it at a time', async () => {
    leave({ pid: 4_194_300 });
    let inside = 0;
    const turns = Array.from({ length: 6 }, async (_, i) => {
      const lock = await take(`turn ${i}`);
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      lock.release();
    });
    await Promise.all(turns);
    expect(readdirSync(folder)).toEqual([]);
  });
});
