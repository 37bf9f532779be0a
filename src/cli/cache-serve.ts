import { constants } from 'node:os';
import { resolve } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import { bytes } from '../report/byte-count.ts';
import type { Need } from '../server/access.ts';
import { type CacheServer, startServer } from '../server/start-server.ts';
import { type CacheStore, openCacheStore } from '../server/store/open-cache-store.ts';
import { say } from './print.ts';
import { isLoopback, showAddress } from './serve/read-address.ts';
import { accessFor, readSecrets, type Secrets } from './serve/read-secrets.ts';
import { readServeWords, type ServeWords } from './serve/read-serve-words.ts';
import { usageFault } from './usage-fault.ts';

const GRACE_MS = 10_000;

/** `recomp cache serve`: until it is told to end. */
export async function cacheServe(argv: readonly string[]): Promise<number> {
  const words = readServeWords(argv, process.env);
  if (!words.ok) return usageFault('cache serve', words.error);
  const secrets = readSecrets(words.value.secrets);
  if (!secrets.ok) return usageFault('cache serve', secrets.error);
  const anonymous = whatAnybodyMay(words.value, secrets.value);
  if (!anonymous.ok) return usageFault('cache serve', anonymous.error);
  const store = await openStore(words.value);
  if (!store.ok) return machineFault(store.error);
  try {
    const access = accessFor(secrets.value, anonymous.value);
    const { grpc, http, maxConnections } = words.value;
    const { tls } = secrets.value;
    const server = await start({ store: store.value, grpc, http, access, tls, maxConnections, report: say });
    if (!server.ok) return machineFault(server.error);
    announce(words.value, secrets.value, server.value, store.value);
    return await serveUntilTold(server.value, words.value, anonymous.value);
  } finally {
    store.value.close();
  }
}

/** A network must not be served by mistake: without tokens, only this machine is. */
function whatAnybodyMay(words: ServeWords, { grants, tls }: Secrets): Result<Need | 'none', string> {
  if (words.anonymous !== undefined) return ok(words.anonymous);
  if (grants.length > 0) return ok('none');
  // Whoever has a certificate is somebody.
  if (tls?.ca !== undefined) return ok('write');
  if ([words.grpc, words.http].every((address) => address === undefined || isLoopback(address)))
    return ok('write');
  return err(
    'anybody who reaches this address could write: name tokens (--write-tokens FILE), or allow it (--anonymous read|write)',
  );
}

async function openStore(words: ServeWords): Promise<Result<CacheStore, string>> {
  const told = new Set<string>();
  try {
    return await openCacheStore({
      directory: resolve(words.directory),
      maxBytes: words.maxBytes,
      maxBlobBytes: words.maxBlobBytes,
      replaceResults: words.replaceResults,
      // A full disk would otherwise fill the log as well.
      onFault: (failure) => {
        if (!told.has(failure.problem)) say(failure.message);
        told.add(failure.problem);
      },
    });
  } catch (error) {
    return err(
      `${words.directory} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** What node says of a certificate that does not fit its key is thrown. */
async function start(options: Parameters<typeof startServer>[0]): ReturnType<typeof startServer> {
  try {
    return await startServer(options);
  } catch (error) {
    return err(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function machineFault(message: string): 4 {
  say(message);
  return 4;
}

/** Addresses are the result: a script that asked for port 0 reads them. */
function announce(words: ServeWords, { tls }: Secrets, server: CacheServer, store: CacheStore): void {
  const { blobs, results, bytes: used, maxBytes } = store.figures();
  const lines = [`grpc${tls ? 's' : ''}://${showAddress(server.grpc)}`];
  if (server.http) lines.push(`http${tls ? 's' : ''}://${showAddress(server.http)}`);
  say(
    `serving ${resolve(words.directory)}: ${results} results, ${blobs} blobs, ${bytes(used)} of ${bytes(maxBytes)}`,
  );
  if (maxBytes < words.maxBytes) say(`the disk has room for ${bytes(maxBytes)} only: that is the bound now`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function serveUntilTold(server: CacheServer, words: ServeWords, anonymous: Need | 'none'): Promise<number> {
  return new Promise((done) => {
    let ending = false;
    const end = (name: 'SIGINT' | 'SIGTERM'): void => {
      if (ending) process.exit(128 + constants.signals[name]);
      ending = true;
      say('ending: what is under way comes to its end first');
      void server.stop(GRACE_MS).then(() => done(0));
    };
    process.on('SIGINT', () => end('SIGINT'));
    process.on('SIGTERM', () => end('SIGTERM'));
    process.on('SIGHUP', () => renew(server, words, anonymous));
  });
}

/** What was good stays in force when what is there now is not. */
function renew(server: CacheServer, words: ServeWords, anonymous: Need | 'none'): void {
  const secrets = readSecrets(words.secrets);
  if (!secrets.ok) {
    say(`kept as they were: ${secrets.error}`);
    return;
  }
  try {
    server.renew(accessFor(secrets.value, anonymous), secrets.value.tls);
    say('tokens and certificates were read again');
  } catch (error) {
    say(`kept as they were: ${error instanceof Error ? error.message : String(error)}`);
  }
}
