import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { title } from '../support/secret-title.ts';

const PUBLIC = `
[[target]]
name = "words"
rule = "command"
outs = ["words.out"]
shell = "echo these words may be seen by everybody > $OUT; echo and these"
`;

/** Everything that goes through it, both ways. */
async function recorder(target: number) {
  const parts: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
    }
    client.on('data', (chunk: Buffer) => parts.push(chunk)).pipe(upstream);
    upstream.on('data', (chunk: Buffer) => parts.push(chunk)).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    heard: () => Buffer.concat(parts),
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const cache = (at: string): string => `[cache]\nremote = "${at}"\n`;
const executor = (at: string): string => `[remote]\nexecutor = "${at}"\nstrategy = "remote"\n`;

it.each([
  ['over grpc', 'grpc', cache],
  ['over http', 'http', cache],
  ['to an executor, even where all must run there', 'grpc', executor],
] as const)('no byte of a proprietary input crosses the wire %s', async (_words, scheme, config) => {
  const remote = await startFakeRemote();
  const wire = await recorder(Number(new URL(remote[scheme]).port));
  const { ws, far, scan } = title();
  ws.write('recomp.toml', `[workspace]\nname = "w"\n${config(`${scheme}://127.0.0.1:${wire.port}`)}`);
  ws.write('open/BUILD.toml', PUBLIC);
  try {
    const built = await runBeside(ws, ['build', '//open:words', '//:build']);
    expect(built.code, built.stderr).toBe(0);
    await runBeside(ws, ['build', '//open:words', '//:build', '--force']);
    await runBeside(ws, ['build', '//open:words', '//:build', '--dry-run']);
  } finally {
    await remote.close();
    await wire.close();
  }
  const record = join(dirname(ws.root), 'wire');
  mkdirSync(record);
  writeFileSync(join(record, 'bytes'), wire.heard());
  expect(wire.heard().includes('these words may be seen by everybody')).toBe(true);
  // It finds them where they are, or it would prove nothing.
  expect(scan.scan(join(far, 'work')).forms).toEqual(scan.forms);
  expect(scan.scan(record)).toMatchObject({ files: [], looked: 1 });
});
