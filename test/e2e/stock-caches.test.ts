import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBeside } from '../support/run-beside.ts';
import { absent, startBazelRemote, startS3, stockServer } from '../support/stock-servers.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const BUILD = `
[[target]]
name = "words"
rule = "command"
srcs = ["words.txt"]
outs = ["words.out"]
shell = "echo counting; tr a-z A-Z < $SRCS > $OUT"
[[target]]
name = "pages"
rule = "command"
deps = [":words"]
out_dirs = ["pages"]
shell = "mkdir -p $OUT/a && cp $DEPS $OUT/a/1.txt && head -c 9000000 /dev/zero > $OUT/large"
`;

const workspace = (remote: string): TestWorkspace =>
  createWorkspace({
    'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote}"\n`,
    'BUILD.toml': BUILD,
    'words.txt': 'hello\n',
  });

async function shared(remote: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const mine = workspace(remote);
  expect((await runBeside(mine, ['build', '//...'], env)).stderr).toMatch(/2 actions: 2 executed/);
  const yours = workspace(remote);
  const { stderr, code } = await runBeside(yours, ['build', '//...'], env);
  expect(stderr).toMatch(/2 actions: 2 from the remote cache/);
  expect(stderr).not.toMatch(/warning/i);
  expect(code).toBe(0);
  expect(yours.read('recomp-out/pages/a/1.txt')).toBe('HELLO\n');
  expect(yours.read('recomp-out/pages/large').length).toBe(9_000_000);
}

const bazelRemote = stockServer('bazel-remote');
describe.skipIf(!bazelRemote)(`bazel-remote${absent('bazel-remote')}`, () => {
  it.each(['grpc', 'http'] as const)('shares results over %s', async (scheme) => {
    const server = await startBazelRemote(bazelRemote ?? '');
    try {
      await shared(server[scheme]);
    } finally {
      await server.stop();
    }
  });

  it('that has forgotten its blobs costs a rebuild', async () => {
    const server = await startBazelRemote(bazelRemote ?? '');
    try {
      await shared(server.grpc);
      rmSync(join(server.folder, 'cas.v2'), { recursive: true });
      const ws = workspace(server.grpc);
      const { code } = await runBeside(ws, ['build', '//...']);
      expect(code).toBe(0);
      expect(ws.read('recomp-out/pages/a/1.txt')).toBe('HELLO\n');
    } finally {
      await server.stop();
    }
  });
});

const versityGateway = stockServer('versitygw');
describe.skipIf(!versityGateway)(`an S3 store${absent('versitygw')}`, () => {
  it('shares results', async () => {
    const server = await startS3(versityGateway ?? '');
    try {
      await shared(`s3://${server.bucket}/team`, server.env);
    } finally {
      await server.stop();
    }
  });
});
