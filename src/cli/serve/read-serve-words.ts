import { err, ok, type Result } from '../../base/result.ts';
import type { Need } from '../../server/access.ts';
import type { Address } from '../../server/start-server.ts';
import { parseSize } from '../../workspace/size-syntax.ts';
import { cacheServePage } from '../help/pages/cache-serve.ts';
import { readWords } from '../read-words.ts';
import { readAddress } from './read-address.ts';
import type { SecretPlaces } from './read-secrets.ts';

export interface ServeWords {
  readonly directory: string;
  readonly grpc: Address;
  readonly http: Address | undefined;
  readonly maxBytes: number;
  readonly maxBlobBytes: number;
  readonly maxConnections: number;
  readonly replaceResults: boolean;
  readonly anonymous: Need | 'none' | undefined;
  readonly secrets: SecretPlaces;
}

const ANONYMOUS = ['none', 'read', 'write'] as const;

/** The words of `recomp cache serve`; the error is what is wrong with them. */
export function readServeWords(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<ServeWords, string> {
  const words = readWords(cacheServePage, argv);
  if (typeof words === 'string') return err(words);
  const [surplus] = words.positionals;
  if (surplus !== undefined) return err(`\`recomp cache serve\` takes options only: ${surplus}`);
  const directory = words.value('dir');
  if (!directory) return err('where is it to be kept? --dir DIR');
  const grpc = readAddress(words.value('listen') ?? '127.0.0.1:9092');
  const httpWord = words.value('http');
  const http = httpWord === undefined ? undefined : readAddress(httpWord);
  if (grpc === undefined || (httpWord !== undefined && http === undefined))
    return err('an address is HOST:PORT, as in 127.0.0.1:9092 or [::1]:9092');
  const maxBytes = parseSize(words.value('max-size') ?? '20GB');
  const maxBlobBytes = parseSize(words.value('max-blob') ?? '4GiB');
  if (!maxBytes || !maxBlobBytes) return err('--max-size and --max-blob are sizes like 20GB or 512MiB');
  const maxConnections = Number(words.value('max-connections') ?? 256);
  if (!Number.isInteger(maxConnections) || maxConnections < 1)
    return err('--max-connections is a number from 1 on');
  const anonymousWord = words.value('anonymous');
  const anonymous = ANONYMOUS.find((word) => word === anonymousWord);
  if (anonymous === undefined && anonymousWord !== undefined)
    return err('--anonymous is none, read or write');
  return ok({
    directory,
    grpc,
    http,
    maxBytes,
    maxBlobBytes,
    maxConnections,
    replaceResults: words.has('replace-results'),
    anonymous,
    secrets: {
      readTokens: words.value('read-tokens'),
      writeTokens: words.value('write-tokens'),
      tlsCert: words.value('tls-cert'),
      tlsKey: words.value('tls-key'),
      tlsClientCa: words.value('tls-client-ca'),
      env,
    },
  });
}
