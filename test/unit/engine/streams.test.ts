import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogStore } from '../../../src/cli/log-store.ts';
import { keepStreams, readTails, storeStreams } from '../../../src/engine/streams.ts';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import { InMemoryBlobStore } from '../../../src/store/in-memory-blob-store.ts';

let root: string;
let stdout: string;
let logs: ReturnType<typeof createLogStore>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-streams-'));
  stdout = join(root, 'stdout');
  logs = createLogStore(join(root, '.recomp'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const LONG = Buffer.from(`${'0123456789\n'.repeat(600_000)}THE REASON\n`);
const kept = (hash: string): string => join(root, '.recomp/state/logs', hash);
const noTrouble = (error: unknown): never => {
  throw error;
};

describe('what is shown', () => {
  it('is the end, in whole lines, with a count of what came before', () => {
    writeFileSync(stdout, LONG);
    const tail = readTails({ stdout });
    const text = Buffer.from(tail.stdout).toString();
    expect(text).toMatch(/^0123456789\n.*\nTHE REASON\n$/s);
    expect(text.length).toBeLessThanOrEqual(64 * 1024);
    expect(tail.omitted).toEqual({ stdout: LONG.length - text.length, stderr: 0 });
  });

  it('is all of it where it is short', () => {
    writeFileSync(stdout, 'a\nb');
    expect(readTails({ stdout })).toEqual({ stdout: Buffer.from('a\nb'), stderr: new Uint8Array() });
  });

  it('starts with a whole character where there is but one line', () => {
    writeFileSync(stdout, `x${'€'.repeat(100_000)}`);
    const { stdout: tail, omitted } = readTails({ stdout });
    expect(Buffer.from(tail).toString()).toMatch(/^€+$/);
    expect((omitted?.stdout ?? 0) + tail.length).toBe(300_001);
  });
});

describe('what is kept', () => {
  it('is the whole stream, whatever its length', () => {
    writeFileSync(stdout, LONG);
    const { stdout: digest, stderr } = keepStreams({ stdout }, logs);
    expect(digest).toEqual(digestBytes(LONG));
    expect(stderr).toBeUndefined();
    expect(readFileSync(kept(digestBytes(LONG).hash)).equals(LONG)).toBe(true);
    expect(readdirSync(join(root, '.recomp/state/logs'))).toEqual([digestBytes(LONG).hash]);
  });

  it('is in the cache as well, and comes back from there', async () => {
    const blobs = new InMemoryBlobStore();
    for (const bytes of [LONG, Buffer.from('short')]) {
      writeFileSync(stdout, bytes);
      const { stdout: digest } = await storeStreams({ stdout }, logs, blobs, noTrouble);
      expect(digest).toEqual(digestBytes(bytes));
      rmSync(join(root, '.recomp'), { recursive: true });
      await logs.keepBlob(digestBytes(bytes), blobs);
      expect(readFileSync(kept(digestBytes(bytes).hash)).equals(bytes)).toBe(true);
    }
  });

  it('does without what the cache has lost', async () => {
    const digest = digestBytes(Buffer.from('gone'));
    await logs.keepBlob(digest, new InMemoryBlobStore());
    expect(existsSync(kept(digest.hash))).toBe(false);
  });
});
