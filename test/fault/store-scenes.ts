import { readdirSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestBytes, digestFile, sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { StorageFailure } from '../../src/ports/storage-failure.ts';
import { collectGarbage } from '../../src/store/gc.ts';
import { keepWithinBounds } from '../../src/store/keep-within-bounds.ts';
import { blobPath, resultPath } from '../../src/store/layout.ts';
import { LocalActionCache } from '../../src/store/local-action-cache.ts';
import { LocalBlobStore } from '../../src/store/local-blob-store.ts';
import { verifyCache } from '../../src/store/verify.ts';

/** Run as `node scenes.mjs SCENE DIRECTORY …`; prints what happened as JSON. */
const [scene = '', directory = '', seed = '0'] = process.argv.slice(2);
let damage = 0;
const onDamage = (): void => {
  damage++;
};
const blobs = new LocalBlobStore({ directory, onDamage });
const results = new LocalActionCache({ directory, blobs, onDamage });
const LARGE = Buffer.alloc(600_000, 'large');

const outcome = async (act: () => Promise<unknown>): Promise<string> => {
  try {
    await act();
    return 'done';
  } catch (error) {
    return error instanceof StorageFailure ? error.problem : `${error}`;
  }
};

const outside = (bytes: Uint8Array): string => {
  const path = join(tmpdir(), `recomp-scene-${process.pid}`);
  writeFileSync(path, bytes);
  process.on('exit', () => unlinkSync(path));
  return path;
};

async function readOnly(): Promise<unknown> {
  const there = Buffer.from('there');
  const path = outside(LARGE);
  return {
    get: Buffer.from((await blobs.get(digestBytes(there))) ?? []).toString(),
    putAgain: await outcome(() => blobs.put(there)),
    put: await outcome(() => blobs.put(Buffer.from('new'))),
    putFile: await outcome(() => blobs.putFile(path, digestFile(path))),
    putResult: await outcome(() => results.put(sha256('k'), { outputs: [], isolation: 2 })),
    getResult: (await results.get(sha256('k'))) ?? 'none',
    bounds: (await keepWithinBounds(directory, { maxSizeBytes: 0 }, 1)) ?? 'nothing',
  };
}

async function full(): Promise<unknown> {
  const path = outside(Buffer.alloc(600_000, 'other'));
  const small = await blobs.put(Buffer.alloc(50_000, 's'));
  const large = await blobs.put(LARGE);
  const put = await outcome(() => blobs.put(Buffer.alloc(600_000, 'more')));
  const putFile = await outcome(() => blobs.putFile(path, digestFile(path)));
  let fill = 0;
  while ((await outcome(() => blobs.put(Buffer.from(`fill ${fill++}`)))) === 'done');
  const putResult = await outcome(() => results.put(sha256('k'), { outputs: [], isolation: 2 }));
  const out = join(directory, 'out');
  return {
    put,
    putFile,
    putResult,
    materializeSmall: await outcome(() => blobs.materialize(small, join(out, 'small'), false)),
    materializeLarge: await outcome(() => blobs.materialize(large, join(out, 'large'), false)),
    temporary: readdirSync(join(directory, 'tmp')),
    outputs: outputs(out),
    afterwards: await outcome(async () => {
      unlinkSync(blobPath(directory, large.hash));
      await results.put(sha256('k'), { outputs: [], isolation: 2 });
    }),
    verified: await verifyCache(directory).then(({ damagedBlobs, damagedResults }) => ({
      damagedBlobs,
      damagedResults,
    })),
  };
}

/** The folder itself may not have fitted. */
function outputs(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Looks up, uses, stores, ages and collects at random among few keys, and checks every byte. */
async function hammer(): Promise<unknown> {
  const random = generator(Number(seed) + 1);
  const report = { hits: 0, wrong: 0, collected: 0 };
  for (let turn = 0; turn < 400; turn++) {
    const name = `action ${random(40)}`;
    const bytes = Buffer.alloc(500 + name.length * 997, `${name};`);
    const key = sha256(name);
    const known = await results.get(key);
    const output = known?.outputs[0];
    const got = output?.kind === 'file' ? await blobs.get(output.digest) : undefined;
    if (got !== undefined) {
      report.hits++;
      if (Buffer.compare(got, bytes) !== 0) report.wrong++;
    } else {
      const digest = await blobs.put(bytes);
      await results.put(key, {
        outputs: [{ kind: 'file', path: 'f', digest, executable: false }],
        isolation: 2,
      });
    }
    if (random(4) === 0) age(key, digestBytes(bytes).hash);
    if (random(25) === 0)
      report.collected += (await collectGarbage(directory, { maxSizeBytes: 60_000 })).removedBlobs;
  }
  return { ...report, damage };
}

function age(key: ReturnType<typeof sha256>, hash: ReturnType<typeof sha256>): void {
  for (const path of [resultPath(directory, key), blobPath(directory, hash)]) {
    try {
      utimesSync(path, 1000, 1000);
    } catch {
      // Collected meanwhile.
    }
  }
}

async function store(): Promise<unknown> {
  for (let i = 0; i < 100_000; i++) {
    const digest = await blobs.put(Buffer.alloc(200_000, `${process.pid} ${i}`));
    const output = { kind: 'file' as const, path: 'f', digest, executable: false };
    await results.put(sha256(`${process.pid} ${i}`), { outputs: [output], isolation: 2 });
    if (i === 0) process.stdout.write('stored\n');
  }
  return {};
}

/** Small and seeded: the same scene twice does the same. */
function generator(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const scenes: Readonly<Record<string, () => Promise<unknown>>> = {
  'read-only': readOnly,
  full,
  hammer,
  store,
};
process.stdout.write(JSON.stringify(await scenes[scene]?.()));
