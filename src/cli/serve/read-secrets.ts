import { readFileSync, statSync } from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import { type Access, createAccess, type Grant, type Need, parseGrants } from '../../server/access.ts';
import type { TlsFiles } from '../../server/tls-files.ts';
import { say } from '../print.ts';

/** Where tokens and certificates are: read at the start, and again at each SIGHUP. */
export interface SecretPlaces {
  readonly readTokens: string | undefined;
  readonly writeTokens: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly tlsClientCa: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Secrets {
  readonly grants: readonly Grant[];
  readonly tls: TlsFiles | undefined;
}

export function readSecrets(places: SecretPlaces): Result<Secrets, string> {
  const grants: Grant[] = [];
  for (const need of ['read', 'write'] as const) {
    for (const source of tokenSources(places, need)) {
      const parsed = source.ok ? parseGrants(source.value.text, need) : source;
      if (!parsed.ok) return source.ok ? err(`${source.value.name}: ${parsed.error}`) : parsed;
      grants.push(...parsed.value);
    }
  }
  const tls = readTls(places);
  return tls.ok ? ok({ grants, tls: tls.value }) : tls;
}

export const accessFor = (secrets: Secrets, anonymous: Need | 'none'): Access =>
  createAccess(secrets.grants, anonymous);

interface TokenSource {
  readonly name: string;
  readonly text: string;
}

function tokenSources(places: SecretPlaces, need: Need): Result<TokenSource, string>[] {
  const variable = need === 'read' ? 'RECOMP_SERVE_READ_TOKENS' : 'RECOMP_SERVE_WRITE_TOKENS';
  const file = need === 'read' ? places.readTokens : places.writeTokens;
  const inline = places.env[variable];
  return [
    ...(inline ? [ok({ name: `$${variable}`, text: inline.replaceAll(',', '\n') })] : []),
    ...(file === undefined ? [] : [readPrivate(file)]),
  ];
}

function readPrivate(file: string): Result<TokenSource, string> {
  const bytes = readBytes(file);
  if (!bytes.ok) return bytes;
  if ((statSync(file).mode & 0o007) !== 0) say(`everybody on this machine can read ${file}: chmod 600 it`);
  return ok({ name: file, text: bytes.value.toString('utf8') });
}

function readTls({ tlsCert, tlsKey, tlsClientCa }: SecretPlaces): Result<TlsFiles | undefined, string> {
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return ok(undefined);
  if (tlsCert === undefined || tlsKey === undefined)
    return err('--tls-cert and --tls-key belong together; --tls-client-ca needs both');
  const [cert, key] = [readBytes(tlsCert), readBytes(tlsKey)];
  const ca = tlsClientCa === undefined ? undefined : readBytes(tlsClientCa);
  if (!cert.ok) return cert;
  if (!key.ok) return key;
  if (ca === undefined) return ok({ cert: cert.value, key: key.value });
  if (!ca.ok) return ca;
  return ok({
    cert: cert.value,
    key: key.value,
    ca: ca.value,
    requestCert: true,
    rejectUnauthorized: true,
  });
}

function readBytes(file: string): Result<Buffer, string> {
  try {
    return ok(readFileSync(file));
  } catch (error) {
    return err(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
