import { appendFileSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

function built(): TestWorkspace {
  const target = (name: string): string =>
    `[[target]]\nname = "${name}"\nrule = "command"\nouts = ["${name}"]\nshell = "echo ${name} > $OUT"\n`;
  const ws = createWorkspace({
    'recomp.toml': '[cache]\nmax_size = "1GB"\n',
    'BUILD.toml': target('a') + target('b'),
  });
  expect(ws.run(['build', '//...']).code).toBe(0);
  return ws;
}

const stored = (ws: TestWorkspace, half: 'cas' | 'ac'): string[] =>
  readdirSync(join(ws.cache, half)).flatMap((shard) =>
    readdirSync(join(ws.cache, half, shard)).map((name) => join(ws.cache, half, shard, name)),
  );

/** As if nobody had used anything for so long. */
function age(ws: TestWorkspace, days: number): void {
  const then = Date.now() / 1000 - days * 86_400;
  for (const path of [...stored(ws, 'ac'), ...stored(ws, 'cas')]) utimesSync(path, then, then);
}

const json = (ws: TestWorkspace, ...args: string[]) =>
  JSON.parse(ws.run(['cache', ...args, '--json']).stdout);

describe('recomp cache stats', () => {
  it('says what there is', () => {
    const ws = built();
    const { code, stdout, stderr } = ws.run(['cache', 'stats']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^results +2$/m);
    expect(stdout).toContain(ws.cache);
    expect(json(ws, 'stats')).toMatchObject({
      directory: ws.cache,
      results: 2,
      blobs: 2,
      largest_blob_bytes: 2,
      oldest_use: expect.any(String),
    });
  });

  it('takes an absent cache for an empty one', () => {
    const ws = createWorkspace();
    expect(ws.run(['cache', 'stats'])).toMatchObject({ code: 0, stderr: '' });
    expect(json(ws, 'stats')).toMatchObject({ results: 0, blobs: 0, bytes: 0, oldest_use: null });
  });
});

describe('recomp cache gc', () => {
  it('removes what was not used for so long, and only that', () => {
    const ws = built();
    age(ws, 3);
    expect(json(ws, 'gc', '--max-age', '4d')).toMatchObject({ removed_results: 0, removed_blobs: 0 });
    const { code, stdout } = ws.run(['cache', 'gc', '--max-age=2d']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^removed +2 results, 2 blobs, 0 left-over files$/m);
    expect([...stored(ws, 'ac'), ...stored(ws, 'cas')]).toEqual([]);
    expect(ws.run(['build', '//...']).code).toBe(0);
  });

  it('keeps within a size', () => {
    const ws = built();
    age(ws, 1);
    expect(json(ws, 'gc')).toMatchObject({ removed_results: 0 });
    expect(json(ws, 'gc', '--max-size', '10KB')).toMatchObject({
      removed_results: 1,
      removed_blobs: 1,
      kept_bytes: 8192,
    });
    expect(json(ws, 'gc', '--max-size', '0B')).toMatchObject({
      removed_results: 1,
      removed_blobs: 1,
      kept_bytes: 0,
    });
  });

  it('keeps to what the workspace says, and refuses while that is wrong', () => {
    const ws = built();
    age(ws, 10);
    ws.write('recomp.toml', '[cache]\nmax_age_days = 9\n');
    expect(json(ws, 'gc')).toMatchObject({ removed_results: 2 });
    ws.write('recomp.toml', '[cache]\nmax_age = 9\n');
    const { code, stderr } = ws.run(['cache', 'gc']);
    expect(code).toBe(2);
    expect(stderr).toContain('max_age_days');
  });
});

describe('a cache that cannot be read', () => {
  it.each(['stats', 'gc', 'verify'])('recomp cache %s says so', (action) => {
    const cache = join('/', 'x'.repeat(300));
    const { code, stderr } = createWorkspace().run(['cache', action], { env: { RECOMP_CACHE_DIR: cache } });
    expect(code).toBe(4);
    expect(stderr).toBe(`recomp: cannot be used: ${cache}/ac (ENAMETOOLONG)\n`);
  });
});

describe('recomp cache verify', () => {
  it('finds nothing wrong with a sound cache', () => {
    const { code, stdout, stderr } = built().run(['cache', 'verify']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^read +2 results, 2 blobs/m);
    expect(stdout).toMatch(/^damaged +none$/m);
  });

  it('removes damage, says what it was and exits with 1; then all is well again', () => {
    const ws = built();
    const [blob = ''] = stored(ws, 'cas');
    const [, result = ''] = stored(ws, 'ac');
    writeFileSync(blob, 'x');
    appendFileSync(result, 'x');
    const { code, stdout, stderr } = ws.run(['cache', 'verify']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^damaged +1 result, 1 blob: removed$/m);
    expect(stderr).toContain(`damaged, and removed: ${blob}`);
    expect([existsSync(blob), existsSync(result)]).toEqual([false, false]);
    expect(ws.run(['cache', 'verify']).code).toBe(0);
    ws.run(['clean', '--expunge']);
    expect(ws.run(['build', '//...']).code).toBe(0);
    expect(ws.read('recomp-out/a')).toBe('a\n');
  });
});
