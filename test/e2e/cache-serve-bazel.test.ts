import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

/** Bazel unpacks itself and starts a Java server, which takes half a minute: for .ci/run, and the long run. */
const isAsked = process.env['RECOMP_LONG'] === '1' || process.env['RECOMP_TEST_BAZEL'] === '1';
const hasBazel = spawnSync('sh', ['-c', 'command -v bazel'], { stdio: 'ignore' }).status === 0;

const TOKEN = 'a-token-for-bazel-alone';
let folder: string;
let server: ChildProcess | undefined;
let grpc = '';
let http = '';

const bazel = (...words: string[]): string => {
  const { status, stderr } = spawnSync('bazel', [`--output_user_root=${folder}/bazel`, ...words], {
    cwd: join(folder, 'ws'),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  if (status !== 0) throw new Error(stderr);
  return stderr;
};

/** How many actions came from the cache, of 12. */
function hits(...words: string[]): number {
  bazel('clean');
  const said = bazel('build', '//:all', '--noshow_progress', '--remote_upload_local_results', ...words);
  return Number(/(\d+) remote cache hit/.exec(said)?.[1] ?? 0);
}

beforeAll(async () => {
  if (!isAsked || !hasBazel) return;
  folder = mkdtempSync(join(tmpdir(), 'recomp-bazel-'));
  mkdirSync(join(folder, 'ws'));
  const build = [
    '[genrule(name = "g%d" % i, srcs = ["in"], outs = ["o%d" % i], cmd = "cat $< > $@; echo %d >> $@" % i) for i in range(10)]',
    'genrule(name = "big", outs = ["big.bin"], cmd = "head -c 5000000 /dev/zero > $@")',
    'genrule(name = "all", srcs = ["o%d" % i for i in range(10)] + ["big.bin"], outs = ["all.txt"], cmd = "cat $(SRCS) | sha256sum > $@")',
  ];
  writeFileSync(join(folder, 'ws/WORKSPACE'), '');
  writeFileSync(join(folder, 'ws/BUILD'), build.join('\n'));
  writeFileSync(join(folder, 'tokens'), `${TOKEN}\n`, { mode: 0o600 });
  const words = ['--dir', join(folder, 'served'), '--write-tokens', join(folder, 'tokens')];
  const at = ['--listen', '127.0.0.1:0', '--http', '127.0.0.1:0'];
  server = spawn(process.execPath, [inject('recompBin'), 'cache', 'serve', ...words, ...at], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (server.stdout === null) throw new Error('no pipe');
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  grpc = (await lines.next()).value ?? '';
  http = ((await lines.next()).value ?? '').replace('http://', `http://any:${TOKEN}@`);
});

afterAll(async () => {
  if (server === undefined) return;
  bazel('shutdown');
  server.kill('SIGTERM');
  await once(server, 'exit');
  // Bazel makes its folders read-only.
  execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const why = hasBazel ? 'RECOMP_TEST_BAZEL=1 runs it' : 'no bazel here, Debian has it in bazel-bootstrap';

describe.skipIf(!isAsked || !hasBazel)(
  `Bazel itself${isAsked && hasBazel ? '' : ` (skipped: ${why})`}`,
  () => {
    const output = (): string => readFileSync(join(folder, 'ws/bazel-bin/all.txt'), 'utf8');
    const header = `--remote_header=authorization=Bearer ${TOKEN}`;

    it('shares results over gRPC and over HTTP, each protocol what the other one brought', () => {
      writeFileSync(join(folder, 'ws/in'), 'one');
      expect(hits(`--remote_cache=${grpc}`, header)).toBe(0);
      const built = output();
      expect(hits(`--remote_cache=${grpc}`, header)).toBe(12);
      expect(output()).toBe(built);
      expect(hits(`--remote_cache=${http}`)).toBe(12);
      expect(output()).toBe(built);
      writeFileSync(join(folder, 'ws/in'), 'two');
      expect(hits(`--remote_cache=${http}`)).toBe(1);
      expect(hits(`--remote_cache=${grpc}`, header)).toBe(12);
      expect(output()).not.toBe(built);
    });

    it('keeps results of an instance apart', () => {
      expect(hits(`--remote_cache=${grpc}`, header, '--remote_instance_name=pr/1')).toBe(0);
      expect(hits(`--remote_cache=${grpc}`, header, '--remote_instance_name=pr/1')).toBe(12);
    });

    it('is not let in without a token', () =>
      expect(() => hits(`--remote_cache=${grpc}`)).toThrow('UNAUTHENTICATED'));
  },
);
