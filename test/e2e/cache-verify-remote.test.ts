import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, inject, it } from 'vitest';
import { sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

let server: ChildProcess | undefined;
afterEach(() => void server?.kill('SIGKILL'));

async function serve(ws: TestWorkspace): Promise<readonly [grpc: string, http: string]> {
  const words = ['--dir', join(ws.root, '../served'), '--replace-results'];
  const at = ['--listen', '127.0.0.1:0', '--http', '127.0.0.1:0'];
  server = spawn(process.execPath, [inject('recompBin'), 'cache', 'serve', ...words, ...at], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (server.stdout === null) throw new Error('no pipe');
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  return [(await lines.next()).value ?? '', (await lines.next()).value ?? ''];
}

const target = (name: string, shell: string): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\nouts = ["${name}.txt"]\nshell = "${shell} > $OUT"\n`;

/** Somebody who may write replaces the result of the action that wrote `text` by one that wrote `other`. */
async function poison(ws: TestWorkspace, http: string, text: string, other: string): Promise<void> {
  const folder = join(ws.root, '../served/v1/ac');
  const keys = readdirSync(folder).flatMap((shard) => readdirSync(join(folder, shard)));
  expect((await fetch(`${http}/cas/${sha256(other)}`, { method: 'PUT', body: other })).status).toBe(200);
  for (const key of keys) {
    const message = Buffer.from(await (await fetch(`${http}/ac/${key}`)).arrayBuffer());
    const at = message.indexOf(sha256(text));
    if (at < 0) continue;
    message.write(sha256(other), at);
    expect((await fetch(`${http}/ac/${key}`, { method: 'PUT', body: message })).status).toBe(200);
    return;
  }
  throw new Error('no such result');
}

it('recomp cache verify --remote finds a false result, and leaves everything as it is', async () => {
  const ws = createWorkspace({
    'recomp.toml': '',
    'BUILD.toml': target('a', 'echo one') + target('b', 'echo two'),
  });
  const [grpc, http] = await serve(ws);
  const verify = (...words: string[]) =>
    ws.run(['cache', 'verify', '--remote', '--remote-cache', grpc, ...words]);

  const before = verify('--json');
  expect([before.code, JSON.parse(before.stdout)]).toEqual([
    0,
    { remote: grpc, equal: 0, unknown: 2, different: [] },
  ]);
  expect(ws.run(['build', '//...', '--force', '--remote-cache', grpc]).code).toBe(0);
  const built = verify();
  expect([built.code, built.stdout]).toEqual([
    0,
    `remote     ${grpc}\nthe same   2\ndifferent  0\nnot there  0\n`,
  ]);

  await poison(ws, http, 'two\n', 'bad\n');
  const after = verify('--json');
  expect(after.code).toBe(1);
  expect(JSON.parse(after.stdout)).toMatchObject({
    equal: 1,
    different: [{ key: expect.stringMatching(/^[0-9a-f]{64}$/), outputs: ['recomp-out/b.txt'] }],
  });
  expect(ws.read('recomp-out/b.txt')).toBe('two\n');
  expect(verify('//:a').stdout).toContain('the same   1\n');
  expect(verify().stdout).toContain('differs: recomp-out/b.txt (key ');
});

it('recomp cache verify --remote says what it lacks', () => {
  const ws = createWorkspace({ 'recomp.toml': '', 'BUILD.toml': target('a', 'echo one') });
  const none = ws.run(['cache', 'verify', '--remote']);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('no remote cache is configured: name one with --remote-cache URL');
  const away = ws.run(['cache', 'verify', '--remote', '--remote-cache', 'http://127.0.0.1:1']);
  expect(away.code).toBe(4);
  expect(away.stderr).toContain('cannot be reached');
  expect(ws.run(['cache', 'verify', '--remote', '--sample', '3']).code).toBe(2);
});
