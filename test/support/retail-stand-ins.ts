import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLE = fileURLToPath(new URL('../../samples/retail-pilot', import.meta.url));
const FAR = '/srv/recomp-retail-pilot';

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Told apart from everything else there is: if these bytes turn up somewhere, they came from the title. */
export const SECRET = 'the-proprietary-bytes-of-a-title';

const TOOL = `#!/usr/bin/env node
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const name = path.basename(process.argv[1]);
const words = process.argv.slice(2);
const all = (file) => fs.statSync(file).isDirectory()
  ? fs.readdirSync(file).sort().map((entry) => all(path.join(file, entry))).join('')
  : fs.readFileSync(file, 'latin1');
if (name === 'unpack-title') {
  fs.mkdirSync(words[2] + '/segments', { recursive: true });
  fs.writeFileSync(words[2] + '/module.json', '{}');
  fs.writeFileSync(words[2] + '/segments/text', all(words[0]), 'latin1');
  console.log('unpacked ' + all(words[0]).slice(0x104));
} else if (name === 'lift-title') {
  fs.mkdirSync(words[2] + '/code', { recursive: true });
  fs.writeFileSync(words[2] + '/code/a.c', '/* ' + all(words[0] + '/segments') + ' */', 'latin1');
} else if (name === 'build-title') {
  fs.writeFileSync(words[1], all(words[0] + '/code'), 'latin1');
} else {
  fs.mkdirSync(words[2], { recursive: true });
  const seed = createHash('sha256').update(all(words[0]), 'latin1').digest('hex');
  for (let i = 0; i < 4; i++) fs.writeFileSync(words[2] + '/' + i, seed + i);
  fs.writeFileSync(words[3], seed);
}
`;

export interface RetailPilot {
  /** The outside: title, keys, tools, and what is made of them. */
  readonly far: string;
  /** The sample, pointed at it. */
  readonly near: string;
}

/** The sample with files in the place of those that nobody may have here. Not yet with a reference. */
export function retailPilot(folder: string, write: (path: string, text: string) => void): RetailPilot {
  const far = join(folder, 'far');
  mkdirSync(join(far, 'tools'), { recursive: true });
  const image = `${'\0'.repeat(0x100)}HEAD${SECRET}`;
  const keys = 'header_key = 00112233\n';
  writeFileSync(join(far, 'title.xci'), image, 'latin1');
  writeFileSync(join(far, 'title.keys'), keys);
  for (const name of ['unpack-title', 'lift-title', 'build-title', 'record-title']) {
    writeFileSync(join(far, 'tools', name), TOOL);
    chmodSync(join(far, 'tools', name), 0o755);
  }
  const digests = [sha256(Buffer.from(image, 'latin1')), sha256(keys)];
  for (const file of [
    'automation.toml',
    'provenance.toml',
    'title.toml',
    'reference_video.toml',
    'validation_config.toml',
    'input_script.toml',
  ]) {
    const text = readFileSync(join(SAMPLE, file), 'utf8').replaceAll(FAR, far);
    let next = 0;
    write(
      file,
      text.replace(/^sha256 = ".*"$/gm, () => `sha256 = "${digests[next++]}"`),
    );
  }
  cpSync(join(SAMPLE, 'reference'), join(folder, 'ws/reference'), { recursive: true });
  return { far, near: join(folder, 'ws') };
}
