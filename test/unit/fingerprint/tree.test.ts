import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sorted, sortedBy } from '../../../src/base/order.ts';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { readDirectory } from '../../../src/fingerprint/reapi/directory.ts';
import { readTreeContent, treeOf } from '../../../src/fingerprint/tree.ts';
import { linkStaysInside } from '../../../src/fingerprint/tree-link.ts';
import { WireReader } from '../../../src/fingerprint/wire-reader.ts';
import { WireWriter } from '../../../src/fingerprint/wire-writer.ts';
import type { TreeContent } from '../../../src/model/result.ts';

const A = { hash: sha256('a'), size: 1 };
const E = { hash: sha256(''), size: 0 };
const file = (path: string, digest = A) => ({ path, digest, executable: false });
const NOTHING: TreeContent = { files: [], links: [], emptyDirs: [] };

const name = fc.constantFrom('a', 'b', 'c.txt', 'd', 'é', '\u{1f600}', '\uffee', 'a.b', 'a-b');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((steps) => steps.join('/'));

/** Random content whose parts do not lie in each other. */
const content = fc
  .array(fc.record({ path, kind: fc.constantFrom('file', 'link', 'dir'), executable: fc.boolean() }), {
    maxLength: 12,
  })
  .map((drawn): TreeContent => {
    const taken: string[] = [];
    const kept = drawn.filter((item) => {
      const clash = taken.some(
        (t) => t === item.path || t.startsWith(`${item.path}/`) || item.path.startsWith(`${t}/`),
      );
      if (!clash) taken.push(item.path);
      return !clash;
    });
    const of = (kind: string) =>
      sortedBy(
        kept.filter((k) => k.kind === kind),
        (k) => k.path,
      );
    return {
      files: of('file').map((k) => ({ path: k.path, digest: A, executable: k.executable })),
      links: of('link').map((k) => ({ path: k.path, target: './x' })),
      emptyDirs: sorted(of('dir').map((k) => k.path)),
    };
  });

/** Every folder is named by one that came before it. */
function expectParentsFirst(tree: Uint8Array): void {
  const reader = new WireReader(tree);
  const named = new Set<string>();
  while (reader.next()) {
    const bytes = reader.bytes();
    if (reader.field === 2) expect(named.has(sha256(bytes))).toBe(true);
    for (const child of readDirectory(bytes)?.directories ?? []) named.add(child.digest.hash);
  }
}

describe('tree', () => {
  it('comes back from its message, names its root, and keeps parents before children', () => {
    fc.assert(
      fc.property(content, (tree) => {
        const encoded = treeOf(tree);
        expect(readTreeContent(encoded.tree)).toEqual(tree);
        expect(encoded.treeDigest).toEqual(digestBytes(encoded.tree));
        expectParentsFirst(encoded.tree);
        const root = encoded.directories.get(encoded.rootDigest.hash);
        expect(root && digestBytes(root)).toEqual(encoded.rootDigest);
      }),
    );
  });

  it('does not depend on the order it is given in', () => {
    const files = [file('a/b'), file('a.b'), file('a-b/c'), file('z')];
    const forward = treeOf({ ...NOTHING, files });
    expect(treeOf({ ...NOTHING, files: [...files].reverse() }).treeDigest).toEqual(forward.treeDigest);
  });

  it('is what protobuf makes of it, equal folders once', () => {
    const encoded = treeOf({ ...NOTHING, files: [file('x/f'), file('y/f')], emptyDirs: ['z'] });
    const empty = treeOf(NOTHING);
    expect(Buffer.from(empty.tree).toString('hex')).toBe('0a00');
    expect(empty.rootDigest).toEqual(E);
    expect(encoded.directories.size).toBe(3);
  });

  it('refuses two things at one place, and one inside a file', () => {
    expect(() => treeOf({ ...NOTHING, files: [file('a'), file('a')] })).toThrow('two entries');
    expect(() => treeOf({ ...NOTHING, files: [file('a'), file('a/b')] })).toThrow('inside another');
    expect(() => treeOf({ ...NOTHING, files: [file('a/b'), file('a')] })).toThrow('two entries');
    expect(() => treeOf({ ...NOTHING, files: [file('../a')] })).toThrow('not a relative path');
    expect(() => treeOf({ ...NOTHING, files: [file('a//b')] })).toThrow('not a relative path');
  });
});

describe('a hostile Tree', () => {
  const tree = (root: (w: WireWriter) => void): Uint8Array => {
    const writer = new WireWriter();
    const start = writer.open(1);
    root(writer);
    writer.close(start);
    return writer.copy();
  };
  const entry =
    (field: number, fileName: string, digest = A) =>
    (w: WireWriter) => {
      const start = w.open(field);
      w.text(1, fileName);
      const inner = w.open(2);
      w.text(1, digest.hash);
      w.number(2, digest.size);
      w.close(inner);
      w.close(start);
    };
  const link = (fileName: string, target: string) => (w: WireWriter) => {
    const start = w.open(3);
    w.text(1, fileName);
    w.text(2, target);
    w.close(start);
  };

  it.each([
    ['a name that climbs', entry(1, '..')],
    ['a name with a slash', entry(1, 'a/b')],
    ['a name with a NUL', entry(1, 'a\0')],
    ['an empty name', entry(1, '')],
    ['a folder that is not there', entry(2, 'sub')],
    ['an absolute link', link('l', '/etc/passwd')],
    ['a link out', link('l', '../x')],
  ])('with %s is refused', (_, root) => {
    expect(readTreeContent(tree(root))).toBeUndefined();
  });

  it('with one name twice is refused', () => {
    const twice = tree((w) => {
      entry(1, 'a')(w);
      link('a', 'b')(w);
    });
    expect(readTreeContent(twice)).toBeUndefined();
  });

  it('that is small and spells billions of folders is refused', () => {
    let child: Uint8Array = new Uint8Array();
    const children: Uint8Array[] = [child];
    for (let level = 0; level < 40; level++) {
      const writer = new WireWriter();
      for (const side of ['a', 'b']) entry(2, side, digestBytes(child))(writer);
      child = writer.copy();
      children.push(child);
    }
    const writer = new WireWriter();
    writer.bytes(1, child);
    for (const bytes of children) writer.bytes(2, bytes);
    expect(readTreeContent(writer.copy())).toBeUndefined();
  });

  it('with any byte flipped or cut off is refused or read, and never throws', () => {
    const whole = treeOf({ ...NOTHING, files: [file('x/y/f'), file('g')], emptyDirs: ['z'] }).tree;
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, mask, cut) => {
          const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
          if (!cut) bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
          const paths = readTreeContent(bytes)?.files.map((f) => f.path) ?? [];
          for (const found of paths)
            expect(found.split('/').every((s) => s !== '' && s !== '.' && s !== '..')).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads what others write: extra fields are skipped', () => {
    const bytes = tree((w) => {
      entry(1, 'a')(w);
      w.element(5, 'properties');
    });
    expect(readTreeContent(bytes)?.files).toEqual([file('a')]);
  });
});

describe('links inside a tree', () => {
  it.each([
    ['l', 'a', true],
    ['l', 'a/b/../c', false],
    ['l', '..', false],
    ['l', '.', true],
    ['d/l', '..', true],
    ['d/l', '../x', true],
    ['d/l', './../x', true],
    ['d/l', '../../x', false],
    ['d/l', '/x', false],
    ['d/l', '', false],
    ['d/l', 'a\0', false],
  ])('%s -> %s: %s', (from, target, inside) => {
    expect(linkStaysInside(from, target)).toBe(inside);
  });
});

it('sorts as UTF-8 bytes do', () => {
  const names = ['\uffee', '\u{1f600}', 'z', 'é'];
  const bySort = execFileSync('sort', { input: names.join('\n'), env: { LC_ALL: 'C' } })
    .toString()
    .trim()
    .split('\n');
  expect(sorted(names)).toEqual(bySort);
});
