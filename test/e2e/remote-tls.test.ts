import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeRemote, startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { createWorkspace } from '../support/workspace.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const BUILD = '[[target]]\nname = "a"\nrule = "command"\nouts = ["a.txt"]\nshell = "echo a > $OUT"\n';

describe.skipIf(!hasOpenssl)(`over TLS${hasOpenssl ? '' : ' (skipped: no openssl here)'}`, () => {
  let folder: string;
  let remote: FakeRemote;
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'recomp-tls-'));
    writeFileSync(at('names'), 'subjectAltName=DNS:localhost\n');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=test ca',
      '-days',
      '2',
    );
    for (const who of ['server', 'client']) {
      openssl('req', ...key, '-keyout', `${who}.key`, '-out', `${who}.csr`, '-subj', `/CN=${who}`);
      const signed = [
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '2',
        '-extfile',
        'names',
      ];
      openssl('x509', '-req', '-in', `${who}.csr`, '-out', `${who}.pem`, ...signed);
    }
    const read = (name: string): Buffer => readFileSync(at(name));
    remote = await startFakeRemote({ ca: read('ca.pem'), cert: read('server.pem'), key: read('server.key') });
  });
  afterAll(async () => {
    await remote.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const build = (scheme: 'grpc' | 'http', env: Record<string, string>) =>
    runBeside(
      createWorkspace({
        'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote[scheme]}"\n`,
        'BUILD.toml': BUILD,
      }),
      ['build', '//...'],
      env,
    );
  const ca = () => ({ RECOMP_REMOTE_CA: at('ca.pem') });
  const me = () => ({ RECOMP_REMOTE_CERT: at('client.pem'), RECOMP_REMOTE_KEY: at('client.key') });

  it.each(['grpc', 'http'] as const)(
    '%s: who knows the CA and shows a certificate is served',
    async (scheme) => {
      remote.held.clear();
      await build(scheme, { ...ca(), ...me() });
      const { stderr } = await build(scheme, { ...ca(), ...me() });
      expect(stderr).toMatch(/1 from the remote cache/);
      expect(stderr).not.toMatch(/warning/);
    },
  );

  it.each(['grpc', 'http'] as const)(
    '%s: nothing is said to a server that nobody vouches for',
    async (scheme) => {
      remote.held.clear();
      remote.headers.splice(0);
      const { stderr, code } = await build(scheme, { ...me(), RECOMP_REMOTE_TOKEN: 'word' });
      expect(stderr).toMatch(/warning: the remote cache/);
      expect(stderr).toMatch(/1 executed/);
      expect(code).toBe(0);
      expect(remote.headers).toEqual([]);
      expect(remote.held.size).toBe(0);
    },
  );

  it.each(['grpc', 'http'] as const)(
    '%s: who shows none is not served where one is asked for',
    async (scheme) => {
      remote.held.clear();
      const { stderr, code } = await build(scheme, ca());
      expect(stderr).toMatch(/warning: the remote cache/);
      expect(code).toBe(0);
      expect(remote.held.size).toBe(0);
    },
  );

  it('says which of two files that belong together is missing', async () => {
    const { stderr, code } = await build('grpc', { RECOMP_REMOTE_CERT: at('client.pem') });
    expect(code).toBe(2);
    expect(stderr).toMatch(/RECOMP_REMOTE_CERT and RECOMP_REMOTE_KEY belong together/);
  });
});
