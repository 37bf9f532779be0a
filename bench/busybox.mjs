// node bench/busybox.mjs ORIGINAL RECOMPILED [LINES]
// How many command lines of a recompiled busybox do what they do under qemu: what they write, print and end with.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib'; // biome-ignore format: one list

const [original, recompiled, lines = new URL('busybox-lines.txt', import.meta.url)] = process.argv.slice(2);
const limit = Number(process.env['LIMIT_SECONDS'] ?? 60) * 1000;
const base = mkdtempSync(join(tmpdir(), 'recomp-busybox-'));

/** Each line's words; a text in quotes may go on in the next line. */
function readLines(file) {
  const found = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('bb ')) found.push(line);
    else if (found.length > 0 && line !== '' && !line.startsWith('#')) found.push(`${found.pop()}\n${line}`);
  }
  return found;
}

const WORDS = 'apple\nbanana\ncherry\ndate\nelderberry\nfig\ngrape.*\nhello\n';
const files = {
  'words.txt': WORDS,
  'words2.txt': WORDS.replace('cherry', 'CHERRY').replace('fig\n', ''),
  'numbers.txt': '10\n9\n8\n77\n6\n55\n4\n33\n2\n11\n',
  'sorted.txt': 'a\na\nb\nc\nc\nc\nd\n',
  'sorted2.txt': 'a\nc\ne\n',
  'table.txt': 'one 1 x\ntwo 22 y\nthree 333 z\ntwo 22 y\n',
  'table.csv': 'root:x:0:10\nuser:y:1000:20\nother:z:33:30\n',
  'tabs.txt': 'a\tb\tc\n\tindented\n        eight\n',
  'pairs.txt': 'a b\nb c\na c\n',
  'dos.txt': 'one\r\ntwo\r\n',
  'binary': Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1') + 'some text in here\0more text\0',
  'encoded.txt': Buffer.from(WORDS).toString('base64').replace(/(.{40})/g, '$1\n') + '\n',
  'big.txt': Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 3001} line of many, number ${i}\n`).join(''),
  'sums.md5': 'd41d8cd98f00b204e9800998ecf8427e  empty.txt\n00000000000000000000000000000000  words.txt\n',
  'empty.txt': '',
  'ed.commands': '2d\n1s/apple/pear/\n,p\nw\nq\n',
  'change.patch': '--- words.txt\n+++ words.txt\n@@ -1,3 +1,3 @@\n apple\n-banana\n+BANANA\n cherry\n',
  'script.sh': 'echo "$# arguments: $@"\nfor a in "$@"; do echo "$a"; done | sort\nexit 4\n',
  'tree/one.txt': 'needle in one\n',
  'tree/two.txt': 'hay\n',
  'tree/sub/deep.txt': 'needle in deep\n',
  'tree2/one.txt': 'needle in one\n',
  'tree2/two.txt': 'straw\n',
}; // biome-ignore format: as they are written

/** Archives are made once, by the machine's own tools, so that both sides read the same bytes. */
function makeArchives() {
  const folder = join(base, 'archives');
  lay(folder, files);
  const run = (command) => spawnSync('sh', ['-c', command], { cwd: folder });
  run(
    'tar --sort=name --owner=0 --group=0 --mtime=@1000000000 -cf archive.tar tree; echo tree/one.txt | cpio -o -H newc > archive.cpio 2>/dev/null; ar rcD archive.a words.txt numbers.txt; zip -qX archive.zip words.txt; bzip2 -kc words.txt > packed.bz2; xz -kc big.txt > packed.xz',
  );
  const made = ['archive.tar', 'archive.cpio', 'archive.a', 'archive.zip', 'packed.bz2', 'packed.xz'];
  const archives = {};
  for (const name of made)
    try {
      archives[name] = readFileSync(join(folder, name));
    } catch {
      archives[name] = '';
    }
  archives['archive.tar.gz'] = gzipSync(archives['archive.tar']);
  archives['packed.gz'] = gzipSync(WORDS);
  return archives;
}

function lay(folder, contents) {
  mkdirSync(join(folder, 'tree/sub'), { recursive: true });
  mkdirSync(join(folder, 'tree2'));
  mkdirSync(join(folder, 'empty'));
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(join(folder, name), content, typeof content === 'string' ? 'latin1' : undefined);
    chmodSync(join(folder, name), 0o644);
  }
  symlinkSync('words.txt', join(folder, 'link'));
  spawnSync('sh', ['-c', "find . -exec touch -h -d '2015-05-05 05:05:05 UTC' {} +"], { cwd: folder });
}

/** Every file: its kind, mode and bytes. */
function lookAt(folder, path = '') {
  return readdirSync(join(folder, path)).sort().flatMap((name) => {
    const at = join(path, name);
    const stat = lstatSync(join(folder, at));
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) return [`${at} -> ${readlinkSync(join(folder, at))}`];
    if (stat.isDirectory()) return [`${at}/ ${mode}`, ...lookAt(folder, at)];
    return [`${at} ${mode} ${stat.isFile() ? readFileSync(join(folder, at)).toString('base64') : 'special'}`];
  }); // biome-ignore format: short
}

const archives = makeArchives();

/** In a folder of the same name for both, as it may be printed. */
function run(line, command) {
  const folder = join(base, 'here');
  rmSync(folder, { recursive: true, force: true });
  lay(folder, { ...files, ...archives });
  const env = { PATH: '/usr/bin:/bin', HOME: '/home/of/nobody', TZ: 'UTC', LC_ALL: 'C' };
  const script = `bb() { exec ${command} "$@"; }\n${line}`;
  const ended = spawnSync('sh', ['-c', script], { cwd: folder, env, timeout: limit, maxBuffer: 1 << 20 });
  const { status, stdout, stderr } = ended;
  return {
    status,
    stdout: stdout.toString('latin1').slice(0, 200_000),
    stderr: stderr.toString('latin1').slice(0, 2000),
    files: lookAt(folder).join('\n'),
  };
}

mkdirSync(join(base, 'bin'));
symlinkSync(resolve(recompiled), join(base, 'bin/busybox'));
let same = 0;
const all = readLines(lines);
for (const line of all) {
  const theirs = run(line, `qemu-aarch64-static -0 ${join(base, 'bin/busybox')} ${resolve(original)}`);
  const ours = run(line, join(base, 'bin/busybox'));
  const differ = ['status', 'stdout', 'stderr', 'files'].filter((part) => theirs[part] !== ours[part]);
  if (differ.length === 0) same++;
  else
    console.log(
      `${line}\n  ${differ.map((part) => `${part}: ${JSON.stringify(theirs[part])?.slice(0, 300)}\n   now: ${JSON.stringify(ours[part])?.slice(0, 300)}`).join('\n  ')}`,
    );
}
console.log(`${same} of ${all.length} command lines are the same`);
rmSync(base, { recursive: true, force: true });
