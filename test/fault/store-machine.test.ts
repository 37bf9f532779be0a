import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalBlobStore } from '../../src/store/local-blob-store.ts';
import { verifyCache } from '../../src/store/verify.ts';

/**
 * What the machine can do to a store. Each scene is a process of its own; those that need a mount run in a mount
 * namespace of their own, so that nothing stays mounted whatever happens.
 */
const here = dirname(fileURLToPath(import.meta.url));
let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-fault-'));
  program = join(folder, 'scenes.mjs');
  const entryPoints = [join(here, 'store-scenes.ts')];
  buildSync({
    entryPoints,
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMESPACE = ['unshare', ...(process.getuid?.() === 0 ? ['-m'] : ['-Urm'])];

const canMount = ((): boolean => {
  try {
    execFileSync(NAMESPACE[0] ?? '', [...NAMESPACE.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();

const inNamespace = (script: string, scene: string, directory: string): unknown => {
  const words = [
    ...NAMESPACE.slice(1),
    'sh',
    '-ec',
    `${script}\nexec "$@"`,
    'sh',
    process.execPath,
    program,
    scene,
    directory,
  ];
  return JSON.parse(execFileSync(NAMESPACE[0] ?? '', words, { encoding: 'utf8' }));
};

describe.skipIf(!canMount)('a cache on a bad file system (skipped: no mount namespaces here)', () => {
  it('read-only: what is there can be used, storing fails in a way that can be told', async () => {
    const directory = join(folder, 'read-only');
    await new LocalBlobStore({ directory }).put(Buffer.from('there'));
    const script = `mount --bind ${directory} ${directory}; mount -o remount,bind,ro ${directory}`;
    expect(inNamespace(script, 'read-only', directory)).toEqual({
      get: 'there',
      putAgain: 'done',
      put: 'read-only',
      putFile: 'read-only',
      putResult: 'read-only',
      getResult: 'none',
      bounds: 'nothing',
    });
  });

  it('full: storing fails, laying out fails, nothing half-written stays', () => {
    const directory = join(folder, 'full');
    mkdirSync(directory);
    const script = `mount -t tmpfs -o size=1m tmpfs ${directory}`;
    expect(inNamespace(script, 'full', directory)).toEqual({
      put: 'full',
      putFile: 'full',
      putResult: 'full',
      materializeSmall: 'full',
      materializeLarge: 'full',
      temporary: [],
      outputs: [],
      afterwards: 'done',
      verified: { damagedBlobs: 0, damagedResults: 0 },
    });
  });
});

describe('many processes on one cache', () => {
  it('eight of them, with collectors among them, never see wrong bytes', { timeout: 600_000 }, async () => {
    const directory = join(folder, 'shared');
    const runs = Array.from({ length: 8 }, (_, i) => run('hammer', directory, String(i)));
    const reports = await Promise.all(runs);
    for (const report of reports) expect(report).toMatchObject({ wrong: 0, damage: 0 });
    expect(reports.reduce((sum, report) => sum + Number(report['hits']), 0)).toBeGreaterThan(0);
    expect(reports.reduce((sum, report) => sum + Number(report['collected']), 0)).toBeGreaterThan(0);
    expect(await verifyCache(directory)).toMatchObject({ damagedBlobs: 0, damagedResults: 0, strays: 0 });
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  });

  it('killed in the middle of storing, again and again: no torn blob has a good name', {
    timeout: 600_000,
  }, async () => {
    const directory = join(folder, 'killed');
    for (let round = 0; round < 12; round++) await killAfter(directory, round * 9);
    const report = await verifyCache(directory);
    expect(report.blobs).toBeGreaterThan(0);
    expect(report).toMatchObject({ damagedBlobs: 0, damagedResults: 0, incompleteResults: 0, strays: 0 });
  });
});

function run(...words: string[]): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', (code) => resolve(code === 0 ? JSON.parse(text) : { exit: code }));
  });
}

/** So long after it has stored the first. */
function killAfter(directory: string, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, 'store', directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.on('close', () => resolve());
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), ms));
  });
}
