import { chmodSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseExecutor } from '../../../src/sandbox/choose-executor.ts';

describe('chooseExecutor', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'recomp-choose-'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });

  const choose = (more: Partial<Parameters<typeof chooseExecutor>[0]> = {}) =>
    chooseExecutor({ mode: 'auto', workspaceRoot: root, stateDir: join(root, 'state'), ...more });

  it('remembers what it found, and forgets when the machine differs', async () => {
    const first = await choose();
    if (!first.ok) throw new Error('none');
    const { kind } = first.value.executor;
    await first.value.executor.close();
    const file = join(root, 'state/sandbox.json');
    const known = readFileSync(file, 'utf8');
    utimesSync(file, 1, 1);
    const again = await choose();
    expect(again.ok && again.value.executor.kind).toBe(kind);
    if (again.ok) await again.value.executor.close();
    expect(readFileSync(file, 'utf8')).toBe(known);
    writeFileSync(file, known.replace('"signature":"', '"signature":"x'));
    const third = await choose();
    if (third.ok) await third.value.executor.close();
    expect(readFileSync(file, 'utf8')).toBe(known);
  });

  it('takes a damaged memory for none', async () => {
    const first = await choose({ kind: 'staged' });
    if (first.ok) await first.value.executor.close();
    for (const text of ['', '{', '[]', '{"signature":1}', '{"signature":"x","verdict":{"kind":"off"}}']) {
      writeFileSync(join(root, 'state/sandbox.json'), text);
      const again = await choose({ kind: 'staged' });
      expect(again.ok && again.value.executor.kind).toBe('staged');
      if (again.ok) await again.value.executor.close();
    }
  });

  it('refuses a staged folder where a sandbox is required, and says what to do', async () => {
    const refused = await choose({ mode: 'required', kind: 'staged' });
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: 'infrastructure', help: expect.stringContaining('bubblewrap') },
    });
  });

  it('says that the staged folders are what was asked for', async () => {
    const refused = await choose({ mode: 'required', kind: 'staged' });
    expect(refused).toMatchObject({
      error: { message: expect.stringContaining('RECOMP_SANDBOX_KIND asks for staged') },
    });
  });

  it('takes no kind that there is not', async () => {
    vi.stubEnv('RECOMP_SANDBOX_KIND', 'nonsense');
    expect(await choose()).toMatchObject({
      ok: false,
      error: {
        message: 'RECOMP_SANDBOX_KIND is "nonsense", which is no kind of sandbox',
        help: expect.stringContaining('bubblewrap, unshare, staged, off'),
      },
    });
    vi.stubEnv('RECOMP_SANDBOX_KIND', '');
    const unset = await choose();
    expect(unset.ok).toBe(true);
    if (unset.ok) await unset.value.executor.close();
  });

  it('turns the sandbox off', async () => {
    const off = await choose({ mode: 'off' });
    expect(off.ok && off.value.executor.kind).toBe('off');
    if (off.ok) await off.value.executor.close();
  });

  it.skipIf(process.getuid?.() === 0)('says when it has nowhere to run actions', async () => {
    chmodSync(root, 0o500);
    await expect(choose()).rejects.toThrow();
  });
});
