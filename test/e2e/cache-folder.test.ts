import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

const workspace = () =>
  createWorkspace({
    'recomp.toml': '',
    'deep/BUILD.toml': '[[target]]\nname = "t"\nrule = "command"\nouts = ["o"]\nshell = "echo 1 > $OUT"\n',
  });

describe('RECOMP_CACHE_DIR', () => {
  it('where nothing can be made costs a warning, not the build', () => {
    const ws = workspace();
    const { code, stderr } = ws.run(['build', '//...'], { env: { RECOMP_CACHE_DIR: '/proc/nope' } });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('the cache in /proc/nope cannot be written');
    expect(ws.read('recomp-out/deep/o')).toBe('1\n');
  });

  it('that is relative is meant from the root, wherever one stands', () => {
    const ws = workspace();
    const env = { RECOMP_CACHE_DIR: 'own/cache' };
    expect(ws.run(['build', ':t'], { cwd: 'deep', env }).code).toBe(0);
    expect(existsSync(join(ws.root, 'own/cache'))).toBe(true);
    expect(existsSync(join(ws.root, 'deep/own'))).toBe(false);
    for (const cwd of ['', 'deep']) {
      const { stdout } = ws.run(['cache', 'stats', '--json'], { cwd, env });
      expect(JSON.parse(stdout)).toMatchObject({ directory: join(ws.root, 'own/cache'), results: 1 });
    }
  });

  it.each(['stats', 'gc', 'verify'])('that is a file is no cache: %s says so', (action) => {
    const ws = workspace();
    const file = join(ws.root, 'file');
    writeFileSync(file, '');
    const { code, stdout, stderr } = ws.run(['cache', action], { env: { RECOMP_CACHE_DIR: file } });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(`${file} is not a folder`);
    const built = ws.run(['build', '//...'], { env: { RECOMP_CACHE_DIR: file } });
    expect(built.code, built.stderr).toBe(0);
    expect(built.stderr).toContain('cannot be written');
  });
});
