import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  buildReal,
  type Ended,
  firstWrong,
  furnish,
  lastTotals,
  makePlace,
  type Place,
} from '../rig/real-build.ts';

let place: Place;
const mounted: string[] = [];
beforeEach(() => {
  place = makePlace();
  furnish(place.workspace);
});
afterEach(() => {
  for (const path of mounted.splice(0)) execFileSync('umount', ['-l', path]);
  place.remove();
});

async function build(expected = 0): Promise<Ended> {
  const { workspace, cache } = place;
  const ended = await buildReal({ root: workspace.root, cache });
  expect(ended.code, ended.stderr).toBe(expected);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
  if (expected === 0) expect(firstWrong(workspace), ended.stderr).toBeUndefined();
  return ended;
}

/** Outputs gone and nothing remembered: all there is, is the cache. */
function forget(): void {
  for (const name of ['.recomp', 'recomp-out'])
    rmSync(`${place.workspace.root}/${name}`, { recursive: true, force: true });
}

const cacheFiles = (): string[] =>
  readdirSync(place.cache, { recursive: true, encoding: 'utf8' })
    .map((path) => `${place.cache}/${path}`)
    .filter((path) => lstatSync(path).isFile())
    .sort();

function overwrite(file: string, change: (bytes: Buffer) => Buffer): void {
  const bytes = change(readFileSync(file));
  chmodSync(file, 0o644);
  writeFileSync(file, bytes);
  chmodSync(file, 0o444);
}

const flip = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy;
};

describe('damage', () => {
  it.each<[string, (file: string) => void]>([
    ['a flipped bit', (file) => overwrite(file, flip)],
    ['a cut', (file) => truncateSync(file, lstatSync(file).size >> 1)],
    ['emptiness', (file) => truncateSync(file, 0)],
    ['something added', (file) => overwrite(file, (bytes) => Buffer.concat([bytes, bytes]))],
    ['absence', (file) => rmSync(file)],
  ])(
    '%s of any file is a miss, is healed, and is never a wrong output',
    { timeout: 300_000 },
    async (_, damage) => {
      await build();
      const files = cacheFiles();
      expect(files.length).toBeGreaterThan(10);
      const step = process.env['RECOMP_LONG'] === '1' ? 1 : 6;
      for (const [i, file] of files.entries()) {
        if (lstatSync(file).size === 0 || i % step !== 0) continue;
        forget();
        damage(file);
        await build();
        forget();
        await build();
        expect(lastTotals(place.workspace), `${file} is healed`).toMatchObject({ executed: 0 });
      }
    },
  );

  it('of everything at once costs running everything again, and is said', async () => {
    await build();
    for (const file of cacheFiles()) overwrite(file, flip);
    forget();
    const { stderr } = await build();
    expect(stderr).toContain('damaged');
    expect(lastTotals(place.workspace)).toMatchObject({ executed: 5 });
    // What was stored over a damaged blob of the right size is found out when it is first used, and is whole after that.
    for (let round = 0; round < 6 && lastTotals(place.workspace)['executed'] !== 0; round++) {
      forget();
      await build();
    }
    expect(lastTotals(place.workspace)).toMatchObject({ local_hits: 5 });
  });

  it('results exchanged for each other are no hits', async () => {
    await build();
    const results = cacheFiles().filter((file) => /\/(ac|actions|results)\//.test(file));
    expect(results.length).toBe(5);
    const contents = results.map((file) => readFileSync(file));
    results.forEach((file, i) => {
      overwrite(file, () => contents[(i + 1) % contents.length] ?? Buffer.alloc(0));
    });
    forget();
    await build();
    expect(lastTotals(place.workspace)).toMatchObject({ executed: 5 });
  });
});

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

describe('a cache that cannot be used', () => {
  it('a file in its place: it is said once, and the build goes on', async () => {
    rmSync(place.cache, { recursive: true });
    writeFileSync(place.cache, 'no folder');
    const { stderr } = await build();
    expect(stderr.split(place.cache).length - 1).toBeGreaterThan(0);
    expect(lastTotals(place.workspace)).toMatchObject({ executed: 5 });
  });

  it.skipIf(!canMount)('read-only: what it has is used, what is new is not kept', async () => {
    await build();
    execFileSync('mount', ['--bind', place.cache, place.cache]);
    mounted.push(place.cache);
    execFileSync('mount', ['-o', 'remount,ro,bind', place.cache]);
    forget();
    await build();
    expect(lastTotals(place.workspace)).toMatchObject({ executed: 0, local_hits: 5 });
    place.workspace.write('p/b.txt', { content: 'elm\n', executable: true });
    const { stderr } = await build();
    expect(stderr).toContain('cannot be written');
    expect(lastTotals(place.workspace)).toMatchObject({ failed: 0 });
    for (const file of cacheFiles().slice(0, 3)) expect(lstatSync(file).isFile()).toBe(true);
  });

  it.skipIf(!canMount)('full: the build goes on without it', async () => {
    rmSync(place.cache, { recursive: true });
    mkdirSync(place.cache);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place.cache]);
    mounted.push(place.cache);
    writeFileSync(`${place.cache}/filler`, Buffer.alloc(1016 * 1024));
    const { stderr } = await build();
    expect(stderr).toContain('cannot be written');
    rmSync(`${place.cache}/filler`);
    forget();
    await build();
    forget();
    await build();
    expect(lastTotals(place.workspace)).toMatchObject({ executed: 0 });
  });
});
