import { createConnection, createServer, type Socket } from 'node:net';

/** What happens to one connection: after so many bytes of the answer (or of the request), this. */
export interface Mishap {
  readonly kind: 'cut' | 'delay' | 'truncate' | 'flip' | 'none';
  readonly afterBytes: number;
  readonly side: 'answer' | 'request';
}

export interface FaultProxy {
  readonly port: number;
  close(): Promise<void>;
}

const DELAY_MS = 25;

/** Stands between a client and a server; each new connection meets the next mishap. */
export async function startFaultProxy(target: number, mishaps: readonly Mishap[]): Promise<FaultProxy> {
  const open = new Set<Socket>();
  let count = 0;
  const server = createServer((client) => {
    const mishap = mishaps[count++ % Math.max(1, mishaps.length)];
    const upstream = createConnection(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    relay(client, upstream, mishap?.side === 'request' ? mishap : undefined);
    relay(upstream, client, mishap?.side === 'answer' ? mishap : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function relay(from: Socket, to: Socket, mishap: Mishap | undefined): void {
  let seen = 0;
  from.on('data', (chunk: Buffer) => {
    const before = seen;
    seen += chunk.length;
    if (!mishap || seen <= mishap.afterBytes || before > mishap.afterBytes) {
      to.write(chunk);
      return;
    }
    const at = Math.max(0, mishap.afterBytes - before);
    if (mishap.kind === 'cut') {
      from.destroy();
      to.destroy();
    } else if (mishap.kind === 'truncate') to.end(chunk.subarray(0, at));
    else if (mishap.kind === 'flip') {
      const flipped = Buffer.from(chunk);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      to.write(flipped);
    } else if (mishap.kind === 'delay') {
      from.pause();
      setTimeout(() => {
        to.write(chunk);
        from.resume();
      }, DELAY_MS);
    } else to.write(chunk);
  });
  from.on('end', () => to.end());
}
