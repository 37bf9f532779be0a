import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  comparedFacts,
  journalFacts,
  NodeFileFacts,
  type StoredFact,
} from '../../../src/engine/file-facts.ts';
import { outputsInPlace } from '../../../src/engine/outputs-in-place.ts';
import { OutputPlacer } from '../../../src/engine/place-outputs.ts';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import { treeOf } from '../../../src/fingerprint/tree.ts';
import type { OutputResult } from '../../../src/model/result.ts';
import { InMemoryBlobStore } from '../../../src/store/in-memory-blob-store.ts';

let root: string;
let facts: NodeFileFacts;
let placer: OutputPlacer;
const blobs = new InMemoryBlobStore();

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-place-'));
  mkdirSync(`${root}/recomp-out`);
  facts = new NodeFileFacts(journalFacts({ entries: new Map() }));
  placer = new OutputPlacer(root, facts);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function fileOutput(
  path: string,
  text: string,
  executable = false,
): Promise<OutputResult & { kind: 'file' }> {
  await blobs.put(Buffer.from(text));
  return { kind: 'file', path: `recomp-out/${path}`, digest: digestBytes(Buffer.from(text)), executable };
}

const read = (path: string): string => readFileSync(`${root}/recomp-out/${path}`, 'utf8');

describe('placing', () => {
  it('replaces what was there, whatever it was, and leaves nothing unfinished', async () => {
    mkdirSync(`${root}/recomp-out/x/deep`, { recursive: true });
    writeFileSync(`${root}/recomp-out/x/deep/old`, 'old');
    const file = await fileOutput('x', 'new');
    expect(await placer.placeBlobs(file, blobs)).toBe(true);
    expect(read('x')).toBe('new');
    placer.close();
    expect(readdirSync(`${root}/recomp-out`, { recursive: true })).toEqual(['.unfinished', 'x']);
  });

  it('makes folders where an older output was a file, however far up', async () => {
    writeFileSync(`${root}/recomp-out/x`, 'a file');
    const file = await fileOutput('x/y/z/out', 'new');
    expect(outputsInPlace(root, file, facts)).toBe(false);
    placer.placeBytes(Buffer.from('new'), file);
    expect(read('x/y/z/out')).toBe('new');
    expect(outputsInPlace(root, file, facts)).toBe(true);
  });

  it('changes nothing when a blob is gone', async () => {
    const old = await fileOutput('x', 'old');
    placer.placeBytes(Buffer.from('old'), old);
    const gone: OutputResult = { ...old, digest: digestBytes(Buffer.from('never stored')) };
    expect(await placer.placeBlobs(gone, blobs)).toBe(false);
    expect(read('x')).toBe('old');
  });

  it('gives modes, and times that a later edit cannot hide behind', async () => {
    const file = await fileOutput('x', 'run', true);
    placer.placeBytes(Buffer.from('run'), file);
    const stat = statSync(`${root}/recomp-out/x`);
    expect(stat.mode & 0o777).toBe(0o755);
    expect(stat.mtimeMs).toBeLessThan(Date.now() - 500);
  });

  it('sweeps what a killed build left', async () => {
    mkdirSync(`${root}/recomp-out/.unfinished/1/deep`, { recursive: true });
    const file = await fileOutput('x', 'new');
    await placer.placeBlobs(file, blobs);
    expect(read('x')).toBe('new');
    placer.close();
    expect(readdirSync(`${root}/recomp-out/.unfinished`)).toEqual([]);
  });
});

describe('a folder', () => {
  it('lies there only as it was made: nothing more, nothing less, nothing else', async () => {
    const a = await fileOutput('a', 'one');
    const file = { path: 'sub/a', digest: a.digest, executable: false };
    const content = { files: [file], links: [{ path: 'link', target: 'sub/a' }], emptyDirs: ['empty'] };
    const { rootDigest, treeDigest } = treeOf(content);
    const tree: OutputResult = { kind: 'tree', path: 'recomp-out/t', rootDigest, treeDigest, content };
    const folder = `${root}/recomp-out/t`;
    const changes: (() => void)[] = [
      () => writeFileSync(`${folder}/sub/stray`, ''),
      () => mkdirSync(`${folder}/sub/strange`),
      () => writeFileSync(`${folder}/empty/full`, ''),
      () => rmSync(`${folder}/sub/a`),
      () => chmodSync(`${folder}/sub/a`, 0o755),
      () => rmSync(`${folder}/empty`, { recursive: true }),
      () => {
        rmSync(`${folder}/link`);
        symlinkSync('empty', `${folder}/link`);
      },
      () => {
        rmSync(folder, { recursive: true });
        writeFileSync(folder, '');
      },
    ];
    for (const change of changes) {
      expect(await placer.placeBlobs(tree, blobs)).toBe(true);
      expect(outputsInPlace(root, tree, facts)).toBe(true);
      change();
      const later = new NodeFileFacts(journalFacts({ entries: new Map() }));
      expect(outputsInPlace(root, tree, later), String(change)).toBe(false);
    }
  });
});

describe('removing', () => {
  it('is content with what is not there, or lies below a file', () => {
    writeFileSync(`${root}/recomp-out/x`, 'a file');
    placer.remove({ path: 'recomp-out/gone' });
    placer.remove({ path: 'recomp-out/x/y' });
    expect(read('x')).toBe('a file');
    placer.remove({ path: 'recomp-out/x' });
    expect(lstatSync(`${root}/recomp-out/x`, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('what is known of files', () => {
  it('is forgotten and asked anew where a signature no longer holds', () => {
    const path = `${root}/file`;
    writeFileSync(path, 'one');
    const first = facts.look(path);
    const mark = facts.mark(path);
    expect(facts.stillAsMarked(path, mark)).toBe(true);
    writeFileSync(path, 'more than one');
    expect(facts.stillAsMarked(path, mark)).toBe(false);
    // Within a build everybody is told the same, until somebody asks for another look.
    expect(facts.look(path)).toEqual(first);
    facts.forget(path);
    expect(facts.look(path)).not.toEqual(first);
  });

  it('is not what one action started from once another one has found it edited', () => {
    const path = `${root}/file`;
    writeFileSync(path, 'one');
    facts.look(path);
    const before = facts.mark(path);
    writeFileSync(path, 'more than one');
    facts.forget(path);
    facts.look(path);
    expect(facts.stillAsMarked(path, before)).toBe(false);
    expect(facts.stillAsMarked(path, facts.mark(path))).toBe(true);
    // As it was, in words: what read it meanwhile may have read the other ones.
    writeFileSync(path, 'one');
    facts.forget(path);
    facts.look(path);
    expect(facts.stillAsMarked(path, before)).toBe(false);
  });

  it('must still hold where nobody has looked at it', () => {
    const path = `${root}/file`;
    expect(facts.stillAsMarked(path, facts.mark(path))).toBe(false);
    writeFileSync(path, 'one');
    facts.wrote(path, { digest: digestBytes(Buffer.from('one')), executable: false });
    const mark = facts.mark(path);
    expect(facts.stillAsMarked(path, mark)).toBe(true);
    rmSync(path);
    expect(facts.stillAsMarked(path, mark)).toBe(false);
  });

  it('is hashed where the journal has lost it', () => {
    writeFileSync(`${root}/file`, 'text');
    expect(facts.known(`${root}/file`)?.digest).toEqual(digestBytes(Buffer.from('text')));
    expect(facts.known(`${root}/gone`)).toBeUndefined();
    expect(facts.known(`${root}/file/below`)).toBeUndefined();
  });

  it('is told of what a build left alone as it was before, and that look is none of the build’s', () => {
    const path = `${root}/file`;
    writeFileSync(path, 'old');
    const stat = lstatSync(path);
    const signature = { ...stat, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs };
    const { hash } = digestBytes(Buffer.from('old'));
    const stored: StoredFact = [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, stat.mode, hash, 0];
    const later = new NodeFileFacts(comparedFacts(() => signature, { entries: new Map([[path, stored]]) }));
    writeFileSync(path, 'edited while the build ran');
    expect(later.known(path)?.digest).toEqual(digestBytes(Buffer.from('old')));
    expect(later.signature(path)).toBeUndefined();
    expect(later.changes().size).toBe(0);
  });
});
