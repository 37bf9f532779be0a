import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { atRest, descendants, isAlive } from '../support/processes.ts';
import { type Title, title } from '../support/secret-title.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

const automate = ({ ws }: Title, words: readonly string[] = [], env = {}) =>
  ws.run(['automate', '--config', 'automation.toml', ...words], { env });

/** All that is left, but for the folder of the title itself. */
function leaks({ ws, scan }: Title): string[] {
  const shared = `/dev/shm/recomp-${process.getuid?.() ?? 0}`;
  const folders = [ws.root, ...[ws.cache, shared].filter(existsSync)];
  return folders.flatMap((folder) => scan.scan(folder).files);
}

describe('bytes of a proprietary input', () => {
  it('are found in no form in the workspace, its records, the caches and the archive', () => {
    const one = title();
    expect(automate(one).code).toBe(1);
    expect(one.ws.run(['validate', 'accept', '//:validate', '--yes']).code).toBe(0);
    const done = automate(one);
    expect(done.code, done.stderr).toBe(0);
    for (const words of [
      ['explain', '//:intake', '--key'],
      ['explain', '//:intake'],
      ['build', '//:archive', '--explain', '--force'],
    ])
      one.ws.run(words);
    // The scan finds each form where it may lie, or it would prove nothing.
    expect(one.scan.scan(join(one.far, 'work')).forms).toEqual(one.scan.forms);
    expect(leaks(one)).toEqual([]);
    const archive = one.scan.scan(join(one.far, 'work/recomp-out/archive'));
    expect(archive.looked).toBeGreaterThan(2);
    expect(archive.files).toEqual([]);
  });

  it('that were built before anybody said so are removed by the command that the refusal names', () => {
    const one = title();
    const provenance = one.ws.read('provenance.toml');
    const config = one.ws.read('automation.toml');
    one.ws.write('provenance.toml', provenance.replace('0100000000010000', 'homebrew'));
    one.ws.write('automation.toml', config.replace('[outputs]', '[outputs]\nintake_dir = "kept/intake"'));
    expect(automate(one).code).toBe(1);
    // In outputs, records, logs, copies and the cache, each in several forms.
    const there = leaks(one).join('\n');
    for (const part of [
      'recomp-out/intake/',
      '.recomp/state/',
      '.recomp/runs/',
      'kept/intake/',
      one.ws.cache,
    ])
      expect(there).toContain(part);
    one.ws.write('provenance.toml', provenance);
    const refused = automate(one);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain(`${one.far}/title.xci`);
    expect(refused.stderr).toContain('`recomp clean --proprietary`');
    // Nothing else of the workspace is built beside it either.
    expect(one.ws.run(['build', '//:archive']).code).toBe(3);
    const cleaned = one.ws.run(['clean', '--proprietary']);
    expect(cleaned.code, cleaned.stderr).toBe(0);
    expect(cleaned.stderr).toContain(`all of the cache ${one.ws.cache}`);
    expect(leaks(one)).toEqual([]);
    const again = automate(one);
    expect(again.code, again.stderr).toBe(1);
    expect(again.stderr).not.toContain('earlier builds');
    expect(automate(one).code).toBe(1);
    expect(leaks(one)).toEqual([]);
  });

  it.each([
    ['in memory', {}],
    ['on disk', { RECOMP_SANDBOX_ON_DISK: '1' }],
  ])('stay out when a stage fails, and when its folder is kept: %s', (_name, env) => {
    const one = title(', env = { FAIL = "1" }');
    const failed = one.ws.run(['build', '//:lift', '--keep-sandbox'], { env });
    expect(failed.code).toBe(1);
    const kept = /(\/\S*\/kept-[^\s/]*)/.exec(failed.stderr)?.[1];
    expect(kept?.startsWith(one.ws.root)).toBe(false);
    if (kept !== undefined) made.push(kept);
    // The terminal, and whoever keeps what it said, is told where the log is, and nothing out of it.
    const terminal = join(one.far, '../terminal');
    mkdirSync(terminal);
    writeFileSync(join(terminal, 'text'), failed.stdout + failed.stderr);
    expect(one.scan.scan(terminal)).toMatchObject({ looked: 1, files: [] });
    expect(failed.stderr).toContain(`is not shown: it is in ${one.far}/work/recomp-logs/lift~lift.stdout`);
    expect(one.scan.scan(join(one.far, 'work/recomp-logs')).files.length).toBeGreaterThan(0);
    const { files } = one.scan.scan(one.ws.root);
    expect(files).toEqual([]);
    expect(one.scan.scan(one.ws.cache).files).toEqual([]);
  });

  it('stay out when everything is killed in the middle, with folders for actions on disk', async () => {
    const one = title(', env = { HANG = "1" }');
    const child = spawn(process.execPath, [inject('recompBin'), 'build', '//:lift'], {
      cwd: one.ws.root,
      env: one.ws.environment({ RECOMP_SANDBOX_ON_DISK: '1' }),
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.on('exit', resolve));
    const isThere = (): boolean =>
      existsSync(join(one.far, 'work')) && one.scan.scan(join(one.far, 'work')).forms.includes('base64');
    while (child.exitCode === null && !isThere()) await pause(20);
    await atRest(child.pid ?? -1);
    const below = descendants(child.pid ?? -1);
    child.kill('SIGKILL');
    await gone;
    expect(child.exitCode, 'killed, not ended').toBeNull();
    // The action, and what ends it.
    expect(below.length).toBeGreaterThan(1);
    while (below.some(isAlive)) await pause(20);
    expect(one.scan.scan(one.ws.root).files).toEqual([]);
  });
});
