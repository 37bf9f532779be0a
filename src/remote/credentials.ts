import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';

/** What a remote is to be told and shown besides requests. Never written anywhere. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  /** What results are signed with; PEM. */
  readonly signingKey?: Buffer;
  readonly tls: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

/** Largest header or key file that makes sense. */
const MAX_BYTES = 256 * 1024;

/**
 * From the environment: RECOMP_REMOTE_TOKEN (sent as a bearer token), RECOMP_REMOTE_HEADERS_FILE (lines of `Name: value`),
 * RECOMP_REMOTE_CA, RECOMP_REMOTE_CERT, RECOMP_REMOTE_KEY and RECOMP_SIGNING_KEY_FILE (files of PEM). An error names the variable, never its value.
 */
export function readCredentials(env: NodeJS.ProcessEnv): Result<Credentials, string> {
  const problems: string[] = [];
  const file = (name: string): Buffer | undefined => {
    const path = env[name];
    if (path === undefined || path === '') return undefined;
    try {
      const bytes = readFileSync(path);
      if (bytes.length <= MAX_BYTES) return bytes;
      problems.push(`${name}: the file is too large`);
    } catch {
      problems.push(`${name}: the file cannot be read`);
    }
    return undefined;
  };
  const [ca, cert, key] = [file('RECOMP_REMOTE_CA'), file('RECOMP_REMOTE_CERT'), file('RECOMP_REMOTE_KEY')];
  const signingKey = file('RECOMP_SIGNING_KEY_FILE');
  if ((cert === undefined) !== (key === undefined))
    problems.push('RECOMP_REMOTE_CERT and RECOMP_REMOTE_KEY belong together');
  const headers = parseHeaders(file('RECOMP_REMOTE_HEADERS_FILE')?.toString('utf8') ?? '');
  if (headers === undefined) problems.push('RECOMP_REMOTE_HEADERS_FILE: a line is not `Name: value`');
  const token = env['RECOMP_REMOTE_TOKEN'];
  if (token && !VALUE.test(token)) problems.push('RECOMP_REMOTE_TOKEN holds characters that no header can');
  const [problem] = problems;
  if (problem !== undefined) return err(problem);
  return ok({
    headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(signingKey && { signingKey }),
    tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
  });
}

const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const VALUE = /^[\x20-\x7e]*$/;

function parseHeaders(text: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, Math.max(0, colon)).trim(), line.slice(colon + 1).trim()];
    if (!NAME.test(name) || !VALUE.test(value)) return undefined;
    headers[name.toLowerCase()] = value;
  }
  return headers;
}
