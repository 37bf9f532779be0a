import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { byteScan } from '../support/byte-scan.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

/** Whatever tools do to a title: copies, texts, packed forms, pieces; and they talk about it. */
const WORK = `import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
const [stage, out, ...inputs] = process.argv.slice(2);
const all = (path) => (statSync(path).isDirectory() ? Buffer.concat(readdirSync(path).sort().map((name) => all(join(path, name)))) : readFileSync(path));
const bytes = Buffer.concat(inputs.map(all));
mkdirSync(out, { recursive: true });
const put = (name, content) => writeFileSync(join(out, name), content);
put('raw', bytes);
put('base64', bytes.toString('base64'));
put('hex', bytes.toString('hex'));
put('reversed', Buffer.from(bytes).reverse());
put('gzip', gzipSync(bytes));
put('brotli', brotliCompressSync(bytes));
mkdirSync(join(out, 'pieces'), { recursive: true });
for (let i = 0; i < 40; i++) put('pieces/' + i, bytes.subarray(i * 64, i * 64 + 64));
process.stdout.write(bytes.subarray(0, 4096));
process.stderr.write(bytes.subarray(0, 4096).toString('base64'));
if (process.env.HANG) await new Promise((resolve) => setTimeout(resolve, 1e6));
if (process.env.FAIL) process.exit(3);
`;

const RECORD = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const [program, frames, audio] = process.argv.slice(2);
const bytes = readFileSync(program + '/raw');
mkdirSync(frames, { recursive: true });
for (let i = 0; i < 8; i++) writeFileSync(frames + '/' + i, bytes.subarray(i * 512, i * 512 + 512));
writeFileSync(audio, bytes);
`;

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Title {
  readonly ws: TestWorkspace;
  readonly far: string;
  readonly scan: ReturnType<typeof byteScan>;
}

/** A title whose bytes nobody else has, outside of the workspace. */
function title(env = ''): Title {
  const ws = createWorkspace();
  const far = join(dirname(ws.root), 'far');
  mkdirSync(far);
  // Of few letters, so that its packed form is another one.
  const secret = Buffer.from(randomBytes(12_288).toString('base64'));
  // Small, and a text: what explains a change might be tempted to remember it.
  const keys = `header_key = ${secret.toString('hex', 0, 256)}\n`;
  writeFileSync(join(far, 'title.keys'), keys);
  const image = Buffer.concat([Buffer.alloc(0x100), Buffer.from('HEAD'), secret]);
  writeFileSync(join(far, 'title.xci'), image);
  ws.write('work.mjs', WORK);
  ws.write('record.mjs', RECORD);
  const list = (name: string) => `[hashes.${name}]\nformat = "list"\npath = "reference/${name}.hashes"\n`;
  ws.write('reference_video.toml', list('frames') + list('audio'));
  for (const name of ['frames', 'audio']) ws.write(`reference/${name}.hashes`, `${'0'.repeat(64)}\n`);
  ws.write(
    'provenance.toml',
    `[title]\ntitle_id = "0100000000010000"\n[[inputs]]\npath = "${far}/title.xci"\nformat = "xci"\nsha256 = "${sha256(image)}"\n[[inputs]]\npath = "${far}/title.keys"\nformat = "keyset"\nsha256 = "${sha256(keys)}"\n`,
  );
  const work = (stage: string, input: string, more = '') =>
    `${stage} = { argv = ["node", "work.mjs", "${stage}", "$(stage)", "${input}"]${more} }\n`;
  ws.write(
    'automation.toml',
    `schema_version = 1
[inputs]
mode = "xci"
xci = "${far}/title.xci"
keys = "${far}/title.keys"
provenance = "provenance.toml"
[outputs]
work_root = "${far}/work"
[commands]
${work('intake', '$(xci)", "$(keys)')}${work('lift', '$(intake)', env)}${work('build', '$(lift)')}run = ["node", "record.mjs", "$(build)", "$(frames)", "$(audio)"]
[capture]
frames_dir = "frames"
audio_file = "audio.raw"
[reference]
reference_video_toml = "reference_video.toml"
`,
  );
  return { ws, far, scan: byteScan(secret) };
}

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
    child.kill('SIGKILL');
    await gone;
    expect(child.exitCode, 'killed, not ended').toBeNull();
    expect(one.scan.scan(one.ws.root).files).toEqual([]);
  });
});
