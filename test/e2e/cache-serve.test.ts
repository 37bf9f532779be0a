import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { sha256 } from '../../src/fingerprint/digest-bytes.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const HASH = sha256('x');
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Served {
  readonly child: ChildProcess;
  readonly grpc: string;
  readonly http: string;
  /** The next line that it says. */
  said(): Promise<string>;
}

async function serve(ws: TestWorkspace, ...words: string[]): Promise<Served> {
  const anywhere = '127.0.0.1:0';
  const args = ['cache', 'serve', '--dir', 'served', '--listen', anywhere, '--http', anywhere, ...words];
  const child = spawn(process.execPath, [inject('recompBin'), ...args], {
    cwd: ws.root,
    env: ws.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const out = createInterface(child.stdout)[Symbol.asyncIterator]();
  const err = createInterface(child.stderr)[Symbol.asyncIterator]();
  const said = async (): Promise<string> => (await err.next()).value ?? '';
  const [grpc = '', http = ''] = [(await out.next()).value, (await out.next()).value];
  expect(await said()).toContain('serving');
  return { child, grpc, http, said };
}

const put = async (served: Served, token?: string): Promise<number> =>
  (
    await fetch(`${served.http}/cas/${HASH}`, {
      method: 'PUT',
      body: 'x',
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    })
  ).status;

describe('recomp cache serve', () => {
  it('serves until it is told to end, and again what it had', async () => {
    const ws = createWorkspace();
    const first = await serve(ws);
    expect(first.grpc).toMatch(/^grpc:\/\/127\.0\.0\.1:[1-9]\d+$/);
    expect(await put(first)).toBe(200);
    first.child.kill('SIGTERM');
    expect(await once(first.child, 'exit')).toEqual([0, null]);
    const second = await serve(ws);
    expect(await (await fetch(`${second.http}/cas/${HASH}`)).text()).toBe('x');
    const other = ws.run(['cache', 'serve', '--dir', 'served', '--listen', '127.0.0.1:0']);
    expect([other.code, other.stderr]).toEqual([
      4,
      `recomp: ${ws.root}/served is in use by process ${second.child.pid}\n`,
    ]);
  });

  it('starts after it was killed', async () => {
    const ws = createWorkspace();
    const first = await serve(ws);
    await put(first);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect((await fetch(`${(await serve(ws)).http}/cas/${HASH}`)).status).toBe(200);
  });

  it('keeps nothing that everybody could read, and reads tokens again when it is asked to', async () => {
    const ws = createWorkspace({ tokens: 'first-token-of-all\n' });
    chmodSync(join(ws.root, 'tokens'), 0o600);
    const served = await serve(ws, '--write-tokens', 'tokens');
    expect([await put(served), await put(served, 'first-token-of-all')]).toEqual([401, 200]);
    writeFileSync(join(ws.root, 'tokens'), 'second-token-of-all\n');
    served.child.kill('SIGHUP');
    expect(await served.said()).toBe('recomp: tokens and certificates were read again');
    expect([await put(served, 'first-token-of-all'), await put(served, 'second-token-of-all')]).toEqual([
      401, 200,
    ]);
    writeFileSync(join(ws.root, 'tokens'), 'short\n');
    served.child.kill('SIGHUP');
    expect(await served.said()).toBe(
      'recomp: kept as they were: tokens: the token in line 1 is shorter than 16 characters',
    );
    expect(await put(served, 'second-token-of-all')).toBe(200);
    const [blob = ''] = readdirSync(join(ws.root, 'served/v1/cas', HASH.slice(0, 2)));
    expect(statSync(join(ws.root, 'served/v1/cas', HASH.slice(0, 2), blob)).mode & 0o777).toBe(0o444);
  });

  it.each([
    [[], 'where is it to be kept? --dir DIR'],
    [['--dir', 'd', '--listen', '9092'], 'an address is HOST:PORT, as in 127.0.0.1:9092 or [::1]:9092'],
    [['--dir', 'd', '--listen', '0.0.0.0:0'], 'anybody who reaches this address could write'],
    [['--dir', 'd', '--max-size', 'much'], '--max-size and --max-blob are sizes like 20GB or 512MiB'],
    [['--dir', 'd', '--max-connections', '0'], '--max-connections is a number from 1 on'],
    [['--dir', 'd', '--anonymous', 'all'], '--anonymous is none, read or write'],
    [['--dir', 'd', '--tls-cert', 'c'], '--tls-cert and --tls-key belong together'],
    [['--dir', 'd', '--write-tokens', 'none'], 'cannot read none: '],
    [['--dir', 'd', 'x'], '`recomp cache serve` takes options only: x'],
    [['--dri', 'd'], 'there is no option --dri; did you mean --dir?'],
  ])('says of %j what is wrong', (words, text) => {
    const { code, stdout, stderr } = createWorkspace().run(['cache', 'serve', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`recomp: ${text}`);
    expect(stderr).toContain('`recomp help cache serve` says what it takes');
  });

  it('says of a machine that will not have it what is wrong', () => {
    const ws = createWorkspace({ file: '' });
    expect(ws.run(['cache', 'serve', '--dir', 'file'])).toMatchObject({ code: 4, stdout: '' });
  });

  it('has a page of its own', () => {
    const ws = createWorkspace();
    const { stdout } = ws.run(['help', 'cache', 'serve']);
    expect(stdout).toContain('Usage: recomp cache serve --dir DIR');
    expect(ws.run(['cache', 'serve', '--help']).stdout).toBe(stdout);
    expect(ws.run(['help', 'cache']).stdout).toMatch(/`recomp\s+help\s+cache\s+serve`\s+says\s+how/);
    expect(ws.run(['__complete', 'cache', 'serve', '--tls']).stdout).toBe(
      '--tls-cert\n--tls-client-ca\n--tls-key\n',
    );
  });
});
