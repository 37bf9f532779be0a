import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A certificate for `127.0.0.1`, signed by `issuer` or by itself; its files are `NAME.crt` and `NAME.key`. */
export function makeCertificate(folder: string, name: string, issuer?: string): Certificate {
  const at = (file: string): string => join(folder, file);
  const signer = issuer === undefined ? [] : ['-CA', at(`${issuer}.crt`), '-CAkey', at(`${issuer}.key`)];
  const made = ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, ...signer, ...made], { stdio: 'pipe' });
  return { cert: readFileSync(at(`${name}.crt`)), key: readFileSync(at(`${name}.key`)) };
}
