import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { byteScan } from './byte-scan.ts';
import { createWorkspace, type TestWorkspace } from './workspace.ts';

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
// What an archive keeps copies of, where it may.
put(stage === 'intake' ? 'module.json' : 'lift-report.json', JSON.stringify({ bytes: bytes.toString('base64') }));
put('reversed', Buffer.from(bytes).reverse());
put('gzip', gzipSync(bytes));
// Packed with other bytes before them, the same ones come out at any of eight phases of a bit stream; alone, at one.
put('packed', gzipSync(all(inputs[0]).subarray(-16384)));
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

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

export interface Title {
  readonly ws: TestWorkspace;
  readonly far: string;
  readonly scan: ReturnType<typeof byteScan>;
}

/** A title whose bytes nobody else has, outside of the workspace. */
export function title(env = ''): Title {
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
