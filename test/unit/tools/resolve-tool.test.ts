import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeFailure } from '../../../src/report/failure-text.ts';
import { stillHolds } from '../../../src/tools/observed.ts';
import { IMPLICIT_NODE, type ResolvedTool, resolveTool } from '../../../src/tools/resolve-tool.ts';
import { ToolCache } from '../../../src/tools/tool-cache.ts';

describe('resolveTool', () => {
  let root: string;
  let cache: ToolCache;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'recomp-tools-'));
    cache = new ToolCache();
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'earlier'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const script = (path: string, text: string): void => {
    writeFileSync(join(root, path), `#!/bin/sh\n${text}\n`);
    chmodSync(join(root, path), 0o755);
  };
  const resolve = (command: string, files: string[] = [], versionArgs = ['--version']): ResolvedTool => {
    const path = `relative:${root}/earlier:${root}/bin`;
    const result = resolveTool(
      { name: 't', command, versionArgs, files },
      { path, workspaceRoot: root, cache },
    );
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value;
  };

  it('finds a tool, its first line of version and its digest', () => {
    script('bin/tool', 'echo; echo "tool 1.2 from $0 $1"; echo more');
    const tool = resolve('tool');
    expect(tool).toMatchObject({ name: 't', path: `${root}/bin/tool`, version: 'tool 1.2 from t --version' });
    expect(tool.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says which tool is missing', () => {
    const options = { path: `${root}/bin`, workspaceRoot: root, cache };
    const result = resolveTool({ name: 't', command: 'absent', versionArgs: [], files: [] }, options);
    expect(result).toEqual({
      ok: false,
      error: { kind: 'tool-missing', blame: 'environment', tool: 't', command: 'absent' },
    });
  });

  it('says what is there instead of a tool', () => {
    mkdirSync(join(root, 'bin/tool'));
    writeFileSync(join(root, 'bin/text'), '');
    const what = (command: string): string => {
      const options = { path: `${root}/bin`, workspaceRoot: root, cache };
      const found = resolveTool({ name: 't', command, versionArgs: [], files: [] }, options);
      return found.ok ? '' : describeFailure(found.error).what;
    };
    const words = 'the tool "t" was not found: ';
    expect(what('/bin')).toBe(`${words}/bin is a folder`);
    expect(what('tool')).toBe(`${words}${root}/bin/tool is a folder`);
    expect(what('text')).toBe(`${words}${root}/bin/text may not be executed`);
    expect(what('/bin/absent/x')).toBe(`${words}there is no /bin/absent/x`);
    expect(what('absent')).toBe(`${words}no \`absent\` on PATH`);
  });

  it('has the same identity elsewhere', () => {
    script('bin/tool', 'echo 1');
    mkdirSync(join(root, 'lib'));
    writeFileSync(join(root, 'lib/x'), 'x');
    const here = resolve('tool', ['lib']);
    const other = mkdtempSync(join(tmpdir(), 'recomp-tools-'));
    const first = root;
    root = other;
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'lib'));
    script('bin/tool', 'echo 1');
    writeFileSync(join(root, 'lib/x'), 'x');
    const there = resolve('tool', [`${root}/lib`]);
    rmSync(first, { recursive: true });
    expect([there.digest, there.version]).toEqual([here.digest, here.version]);
  });

  it('changes with the file, with declared files, and with what a link leads to', () => {
    script('bin/real', 'echo 1');
    symlinkSync('real', join(root, 'bin/tool'));
    mkdirSync(join(root, 'lib/deep'), { recursive: true });
    writeFileSync(join(root, 'lib/deep/x.so'), 'x');
    const seen = new Set([resolve('tool', ['lib/**/*.so']).digest]);
    writeFileSync(join(root, 'lib/deep/x.so'), 'changed');
    seen.add(resolve('tool', ['lib/**/*.so']).digest);
    writeFileSync(join(root, 'lib/deep/y.so'), 'new');
    seen.add(resolve('tool', ['lib/**/*.so']).digest);
    script('bin/real', 'echo 2');
    seen.add(resolve('tool', ['lib/**/*.so']).digest);
    script('bin/next', 'echo 3');
    rmSync(join(root, 'bin/tool'));
    symlinkSync('next', join(root, 'bin/tool'));
    seen.add(resolve('tool', ['lib/**/*.so']).digest);
    expect(seen.size).toBe(5);
    writeFileSync(join(root, 'lib/deep/unmatched.txt'), '');
    expect(seen.has(resolve('tool', ['lib/**/*.so']).digest)).toBe(true);
  });

  it('asks nothing again while nothing changed, across processes', () => {
    script('bin/tool', `echo run >> ${root}/runs; echo v1`);
    const first = resolve('tool');
    cache = new ToolCache(JSON.parse(JSON.stringify(cache.export())));
    rmSync(join(root, 'runs'));
    const again = resolve('tool');
    expect(again).toEqual(first);
    expect(cache.changed).toBe(false);
    expect(stillHolds(again.observed)).toBe(true);
    expect(() => writeFileSync(join(root, 'runs'), '', { flag: 'wx' })).not.toThrow();
  });

  it('notices a tool that comes earlier on PATH', () => {
    script('bin/tool', 'echo later');
    const later = resolve('tool');
    script('earlier/tool', 'echo earlier');
    expect(stillHolds(later.observed)).toBe(false);
    expect(resolve('tool').version).toBe('earlier');
  });

  it('takes a damaged cache for an empty one', () => {
    script('bin/tool', 'echo v');
    const { digest } = resolve('tool');
    for (const data of [null, 3, [], { x: 1 }, { x: { observed: [{}], value: 1 } }]) {
      cache = new ToolCache(data);
      expect(resolve('tool').digest).toBe(digest);
    }
    const entries = Object.keys(cache.export()).map((key) => [
      key,
      { observed: [], value: { digest: 'bad' } },
    ]);
    cache = new ToolCache(Object.fromEntries(entries));
    expect(resolve('tool').digest).toBe(digest);
  });

  it('knows node although nobody declared it', () => {
    const result = resolveTool(IMPLICIT_NODE, { path: '', workspaceRoot: root, cache });
    expect(result.ok && result.value.version).toBe(process.version);
  });
});
