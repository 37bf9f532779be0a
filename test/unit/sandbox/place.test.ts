import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownName, places, sweep } from '../../../src/sandbox/place.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-place-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('sweep', () => {
  it('takes kept folders away after a day, and nothing that is in use or not ours', () => {
    const mine = ownName();
    const names = [mine, 'other', 'kept-new-p1-1-1-0', 'kept-old-p1-1-1-0'];
    for (const name of names) mkdirSync(`${folder}/${name}/work`, { recursive: true });
    const longAgo = Date.now() / 1000 - 25 * 3600;
    for (const name of ['other', 'kept-old-p1-1-1-0']) utimesSync(`${folder}/${name}`, longAgo, longAgo);
    sweep(folder);
    expect(readdirSync(folder).sort()).toEqual([mine, 'other', 'kept-new-p1-1-1-0'].sort());
  });
});

describe('places', () => {
  it('are on disk alone for whoever says so', () => {
    vi.stubEnv('RECOMP_SANDBOX_ON_DISK', '1');
    expect(places(folder)).toEqual([`${folder}/sandbox`]);
  });
});
