import { spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { atRest, descendants, isAlive } from '../support/processes.ts';
import { type Title, title } from '../support/secret-title.ts';
import type { TestWorkspace } from '../support/workspace.ts';

/** A copy of the title in a package that has nothing to do with its loop. */
function withCopy(): Title {
  const one = title();
  const { ws } = one;
  ws.write('recomp.toml', '[workspace]\nname = "t"\n');
  for (const file of ['automation.toml', 'provenance.toml', 'reference_video.toml', 'work.mjs', 'record.mjs'])
    move(ws, file, `title/${file}`);
  for (const list of ['frames', 'audio'])
    move(ws, `reference/${list}.hashes`, `title/reference/${list}.hashes`);
  ws.write('lib/BUILD.toml', LIB);
  cpSync(join(one.far, 'title.xci'), join(ws.root, 'lib/blob.bin'));
  return one;
}

const LIB = `[[target]]
name = "c"
rule = "command"
srcs = ["blob.bin"]
outs = ["c"]
shell = "cp $SRCS $OUT"

[[target]]
name = "slow"
rule = "command"
deps = [":c"]
outs = ["slow"]
shell = "while :; do sleep 1; done"
`;

function move(ws: TestWorkspace, from: string, to: string): void {
  ws.write(to, ws.read(from));
  ws.remove(from);
}

/** All that is left, but for the copy itself. */
function leaks({ ws, scan }: Title): string[] {
  ws.remove('lib/blob.bin');
  return [ws.root, ws.cache].filter(existsSync).flatMap((folder) => scan.scan(folder).files);
}

/** Of a build that never ends by itself: until the target's output is there. */
async function killedAfter({ ws }: Title, target: string, output: string): Promise<void> {
  const child = spawn(process.execPath, [inject('recompBin'), 'build', target], {
    cwd: ws.root,
    env: ws.environment(),
    stdio: 'ignore',
  });
  const gone = new Promise((resolve) => child.on('exit', resolve));
  while (child.exitCode === null && !existsSync(join(ws.root, output))) await pause(20);
  await atRest(child.pid ?? -1);
  const below = descendants(child.pid ?? -1);
  child.kill('SIGKILL');
  await gone;
  expect(child.exitCode, 'killed, not ended').toBeNull();
  while (below.some(isAlive)) await pause(20);
}

const automate = ({ ws }: Title) => ws.run(['automate', '--config', 'title/automation.toml']);

describe('a copy of what a provenance comes to call proprietary', () => {
  it('is known to have been read by a build that was killed', async () => {
    const one = withCopy();
    const { ws } = one;
    const provenance = ws.read('title/provenance.toml');
    ws.write('title/provenance.toml', provenance.replace('0100000000010000', 'homebrew'));
    await killedAfter(one, '//lib:slow', 'recomp-out/lib/c');
    ws.write('title/provenance.toml', provenance);
    const refused = automate(one);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain('earlier builds');
    expect(refused.stderr).toContain('all that other workspaces of yours have put there');
    expect(ws.run(['build', '//lib:c']).code).toBe(3);
    expect(ws.run(['clean', '--proprietary']).code).toBe(0);
    expect(leaks(one)).toEqual([]);
    expect(automate(one).code).toBe(1);
    expect(leaks(one)).toEqual([]);
  });

  it('is refused by every build, once one was', () => {
    const one = withCopy();
    const { ws } = one;
    const loop = ws.read('title/automation.toml');
    ws.remove('title/automation.toml');
    ws.write('other/BUILD.toml', LIB);
    ws.write('other/blob.bin', 'harmless\n');
    expect(ws.run(['build', '//other:c']).code).toBe(0);
    ws.write('title/automation.toml', loop);
    for (const target of ['//...', '//lib:c', '//lib:c']) {
      const refused = ws.run(['build', target]);
      expect(refused.code, refused.stderr).toBe(3);
      expect(refused.stderr).toContain(`lib/blob.bin (the same as ${one.far}/title.xci)`);
      expect(refused.stderr).not.toContain('earlier builds');
    }
    expect(leaks(one)).toEqual([]);
  });

  it.each(['--proprietary', '--expunge'])(
    'is refused after clean %s, whatever its loop is called',
    (option) => {
      const one = withCopy();
      const { ws } = one;
      move(ws, 'title/automation.toml', 'title/retail.toml');
      expect(ws.run(['automate', '--config', 'title/retail.toml']).code).toBe(1);
      expect(ws.run(['build', '//lib:c']).code).toBe(3);
      expect(ws.run(['clean', option]).code).toBe(0);
      const refused = ws.run(['build', '//lib:c']);
      expect(refused.code, refused.stderr).toBe(3);
      expect(refused.stderr).toContain(`lib/blob.bin (the same as ${one.far}/title.xci)`);
      expect(leaks(one)).toEqual([]);
    },
  );
});
