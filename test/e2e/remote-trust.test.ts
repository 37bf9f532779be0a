import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestBytes } from '../../src/fingerprint/digest-bytes.ts';
import { decodeActionResult } from '../../src/fingerprint/reapi/decode-action-result.ts';
import { encodeActionResult } from '../../src/fingerprint/reapi/encode-action-result.ts';
import { type FakeRemote, startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const BUILD = `
[[target]]
name = "words"
rule = "command"
srcs = ["words.txt"]
outs = ["words.out"]
shell = "tr a-z A-Z < $SRCS > $OUT"
`;

let remote: FakeRemote;
beforeEach(async () => {
  remote = await startFakeRemote();
});
afterEach(() => remote.close());

const workspace = (cache = '', more: Readonly<Record<string, string>> = {}): TestWorkspace =>
  createWorkspace({
    'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote.grpc}"\n${cache}`,
    'BUILD.toml': BUILD,
    'words.txt': 'hello\n',
    ...more,
  });

const build = (ws: TestWorkspace, env = {}) => runBeside(ws, ['build', '//...'], env);

/** Puts other bytes into every result that is there, in due form. */
function poison(text: string): void {
  const bytes = Buffer.from(text);
  const digest = digestBytes(bytes);
  for (const [name, held] of [...remote.held]) {
    const message = name.includes('/ac/') && decodeActionResult(held);
    if (!message) continue;
    const outputs = message.files.map((file) => ({ ...file, digest }));
    remote.held.set(name, Buffer.from(encodeActionResult({ ...message, outputs }, message.signature)));
    remote.held.set(`/cas/${digest.hash}`, bytes);
  }
}

/** A pair of keys as people make them: PEM in a file, and what is listed. */
function signer(ws: TestWorkspace): { readonly env: Record<string, string>; readonly listed: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const file = join(ws.root, '../signing.pem');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const listed = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  return { env: { RECOMP_SIGNING_KEY_FILE: file }, listed };
}

describe('a false result in due form', () => {
  it('is believed where nobody has to sign: that is what docs/threat-model.md says', async () => {
    await build(workspace());
    poison('EVIL\n');
    const ws = workspace();
    expect((await build(ws)).stderr).toMatch(/1 from the remote cache/);
    expect(ws.read('recomp-out/words.out')).toBe('EVIL\n');
  });

  it('is a miss where results must be signed', async () => {
    const { env, listed } = signer(workspace());
    const signers = `[cache.signers]\nci = "${listed}"\n`;
    await build(workspace(signers), env);
    const good = workspace(signers);
    expect((await build(good)).stderr).toMatch(/1 from the remote cache/);
    poison('EVIL\n');
    const ws = workspace(signers);
    expect((await build(ws)).stderr).toMatch(/1 executed/);
    expect(ws.read('recomp-out/words.out')).toBe('HELLO\n');
  });

  it('signed by somebody who is not listed, or by nobody, is a miss', async () => {
    const [ci, other] = [signer(workspace()), signer(workspace())];
    for (const env of [{}, other.env]) {
      await build(workspace(), env);
      const ws = workspace(`[cache.signers]\nci = "${ci.listed}"\n`);
      expect((await build(ws)).stderr).toMatch(/1 executed/);
    }
  });

  it('of an action is not one of another', async () => {
    const { env, listed } = signer(workspace());
    const signers = `[cache.signers]\nci = "${listed}"\n`;
    await build(workspace(signers), env);
    const [before] = [...remote.held.keys()].filter((name) => name.includes('/ac/'));
    const signed = remote.held.get(before ?? '') ?? Buffer.alloc(0);
    await build(workspace(signers, { 'words.txt': 'others\n' }), env);
    for (const name of remote.held.keys()) if (name.includes('/ac/')) remote.held.set(name, signed);
    const ws = workspace(signers, { 'words.txt': 'others\n' });
    expect((await build(ws)).stderr).toMatch(/1 executed/);
    expect(ws.read('recomp-out/words.out')).toBe('OTHERS\n');
  });
});

describe('scopes', () => {
  it('keep what a branch wrote from whoever does not trust it', async () => {
    await build(workspace('remote_scope = "main"\n'), { RECOMP_REMOTE_SCOPE: 'pr-12' });
    poison('EVIL\n');
    const main = workspace('remote_scope = "main"\n');
    expect((await build(main)).stderr).toMatch(/1 executed/);
    expect(main.read('recomp-out/words.out')).toBe('HELLO\n');
  });

  it('give a branch what the trunk has built', async () => {
    await build(workspace('remote_scope = "main"\n'));
    const ws = workspace('remote_scope = "main"\n');
    expect((await build(ws, { RECOMP_REMOTE_SCOPE: 'pr-12' })).stderr).toMatch(/1 from the remote cache/);
  });

  it('lie apart on servers that know of instances and on those that do not', async () => {
    await build(workspace('remote_scope = "main"\n'));
    await build(workspace('remote_scope = "other"\n'));
    const names = [...remote.held.keys()].filter((name) => name.includes('/ac/'));
    expect(names.map((name) => name.slice(0, name.indexOf('/ac/'))).sort()).toEqual(['/main', '/other']);
    expect(new Set(names.map((name) => name.slice(-64))).size).toBe(2);
  });

  it('need a name that the protocols can carry', async () => {
    const { code, stderr } = await build(workspace('remote_scope = "a/../b"\n'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/a scope is named by letters/);
  });
});

describe('what is there', () => {
  it('is not replaced by who comes later', async () => {
    await build(workspace());
    poison('FIRST\n');
    const before = new Map(remote.held);
    const ws = workspace();
    const { stderr } = await runBeside(ws, ['build', '//...', '--force']);
    expect(stderr).toMatch(/holds other results for 1 action/);
    for (const [name, bytes] of before)
      if (name.includes('/ac/')) expect(remote.held.get(name)).toEqual(bytes);
  });
});

describe('what is sent', () => {
  it('is nothing that was not fully shut in', async () => {
    for (const mode of ['off']) {
      const { stderr } = await runBeside(workspace(), ['build', '//...', `--sandbox=${mode}`]);
      expect(stderr).toMatch(/1 executed/);
    }
    const staged = await build(workspace(), { RECOMP_SANDBOX_KIND: 'staged' });
    expect(staged.stderr).toMatch(/1 executed/);
    expect([...remote.held.keys()]).toEqual([]);
  });

  it('is nothing that would be taken for the same on another system', async () => {
    await build(workspace('[sandbox]\nbase_id = "debian-12"\n'));
    const other = await build(workspace('[sandbox]\nbase_id = "debian-13"\n'));
    expect(other.stderr).toMatch(/1 executed/);
    const same = await build(workspace('[sandbox]\nbase_id = "debian-12"\n'));
    expect(same.stderr).toMatch(/1 from the remote cache/);
  });
});
