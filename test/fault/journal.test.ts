import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildReal, firstWrong, furnish, lastTotals, makePlace, type Place } from '../rig/real-build.ts';

let place: Place;
beforeEach(async () => {
  place = makePlace();
  furnish(place.workspace);
  await build('first');
});
afterEach(() => place.remove());

const stateFiles = (): string[] => {
  const folder = `${place.workspace.root}/.recomp/state`;
  return readdirSync(folder)
    .map((name) => `${folder}/${name}`)
    .filter((file) => lstatSync(file).isFile())
    .sort();
};

async function build(after: string): Promise<void> {
  const { workspace, cache } = place;
  const { code, stderr } = await buildReal({ root: workspace.root, cache });
  expect(code, `${after}\n${stderr}`).toBe(0);
  expect(stderr, after).not.toMatch(/\n\s+at /);
  expect(firstWrong(workspace), after).toBeUndefined();
}

/** An edit, a build, and another: what the damage led to must not show in either. */
async function live(after: string, serial: number): Promise<void> {
  place.workspace.write('p/b.txt', { content: `birch ${serial}\n`, executable: serial % 2 === 0 });
  await build(after);
  place.workspace.write('p/a.txt', { content: `ash w${serial}\n`, executable: false });
  await build(`${after}, then an edit`);
  const copy = place.workspace.copyTo(`${place.folder}/copy${serial}`);
  const elsewhere = await buildReal({ root: copy.root, cache: place.cache });
  expect(elsewhere.code, after).toBe(0);
  expect(firstWrong(copy), `${after}, elsewhere`).toBeUndefined();
}

it('every state file may be torn, at its start, inside and before its end', async () => {
  const kinds = new Set(stateFiles().map((file) => file.replace(/^.*\./, '')));
  expect([...kinds]).toEqual(expect.arrayContaining(['journal', 'seen', 'plan', 'manifest']));
  let serial = 1;
  for (const file of stateFiles()) {
    if (!existsSync(file)) continue;
    const { size } = lstatSync(file);
    const cut = [0, Math.floor(size / 2), size - 1][serial % 3] ?? 0;
    truncateSync(file, cut);
    await live(`${file} cut to ${cut} of ${size}`, serial++);
  }
});

it('every state file may have a bit flipped', async () => {
  let serial = 1;
  for (const file of stateFiles()) {
    if (!existsSync(file)) continue;
    const bytes = readFileSync(file);
    const at = (bytes.length * serial * 7) % Math.max(1, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    writeFileSync(file, bytes);
    await live(`${file} at ${at}`, serial++);
  }
});

it('any one state file may be deleted, or be a folder', async () => {
  let serial = 1;
  for (const file of stateFiles()) {
    rmSync(file, { force: true });
    await live(`${file} deleted`, serial++);
  }
});

it('outputs may be deleted together with the journal: they come from the cache', async () => {
  const { workspace, cache } = place;
  rmSync(`${workspace.root}/.recomp`, { recursive: true });
  rmSync(`${workspace.root}/recomp-out`, { recursive: true });
  await build('both deleted');
  expect(lastTotals(workspace)).toMatchObject({ executed: 0, local_hits: 5 });
  rmSync(`${workspace.root}/.recomp`, { recursive: true });
  rmSync(cache, { recursive: true });
  await build('state and cache deleted');
  expect(lastTotals(workspace)).toMatchObject({ executed: 5 });
});
