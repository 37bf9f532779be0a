import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPackages } from '../../../src/cli/package-memory.ts';
import { PackageSource } from '../../../src/loading/package-source.ts';
import { createNodeReader } from '../../../src/workspace/node-reader.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-packages-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const GOOD = `[defaults]
env = { A = "1" }
[[target]]
name = "t"
rule = "command"
timeout = 3
outs = ["ü"]
`;

function declare(pkg: string, text: string): void {
  mkdirSync(join(root, pkg), { recursive: true });
  writeFileSync(join(root, pkg, 'BUILD.toml'), text);
}

/** Reads packages as a command does; which of them had to be parsed. */
function read(...paths: string[]) {
  const memory = openPackages(root);
  const parsed: string[] = [];
  const source = new PackageSource(createNodeReader(root), undefined, {
    recall: (path, text) => memory.recall(path, text),
    keep: (path, text, pkg) => {
      parsed.push(path);
      memory.keep(path, text, pkg);
    },
  });
  const packages = paths.map((path) => source.get(path));
  memory.save();
  return { parsed, packages, diagnostics: source.diagnostics };
}

describe('packages that were read before', () => {
  it('are not parsed again, and say the same', () => {
    for (const pkg of ['a', 'b']) declare(pkg, GOOD);
    const first = read('a', 'b');
    expect(first.parsed).toEqual(['a', 'b']);
    const second = read('a', 'b');
    expect(second.parsed).toEqual([]);
    expect(second.packages).toEqual(first.packages);
  });

  it('are parsed where they were edited, and only there', () => {
    for (const pkg of ['a', 'b', '']) declare(pkg, GOOD);
    read('a', 'b', '');
    declare('b', GOOD.replace('"t"', '"u"'));
    const { parsed, packages } = read('a', 'b', '');
    expect(parsed).toEqual(['b']);
    expect(packages[1]?.targets.map((t) => t.label)).toEqual(['//b:u']);
    expect(read('a', 'b', '').parsed).toEqual([]);
  });

  it('are not taken for those of another folder with the same text', () => {
    for (const pkg of ['a', 'b']) declare(pkg, GOOD);
    read('a');
    expect(read('b').packages[0]?.targets.map((t) => t.label)).toEqual(['//b:t']);
  });

  it('are told again where they have a mistake', () => {
    declare('a', `${GOOD}surprise = true\n[[target]]\nname = "t"\n`);
    declare('b', `${GOOD}\n[[target]]\nname = "v"\nrule = "x"\nx = inf\n`);
    const first = read('a', 'b');
    const second = read('a', 'b');
    expect(new Set(first.diagnostics.map(({ span }) => span?.file))).toEqual(
      new Set(['a/BUILD.toml', 'b/BUILD.toml']),
    );
    expect(second).toEqual(first);
  });

  it('are forgotten with their folder, and as a whole when what was kept is torn', () => {
    for (const pkg of ['a', 'b', 'c']) declare(pkg, GOOD);
    read('a', 'b');
    rmSync(join(root, 'b'), { recursive: true });
    read('c');
    const file = join(root, '.recomp/state/packages');
    const kept = readFileSync(file, 'utf8');
    expect(kept).toContain('//c:t');
    expect(kept).not.toContain('//b:t');
    writeFileSync(file, kept.slice(0, -5));
    expect(read('a', 'c').parsed).toEqual(['a', 'c']);
  });
});
