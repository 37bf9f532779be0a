import { spawn } from 'node:child_process';
import { RemoteFault } from './fault.ts';

/** It may ask a keyring or a login server. */
const WITHIN_MS = 5000;
const MAX_BYTES = 64 * 1024;

/**
 * Headers from a program, as Bazel's credential helpers give them: `PROGRAM get`, with `{"uri": …}` on its input, prints
 * `{"headers": {"name": ["value"]}}`. Nothing that it prints is shown.
 */
export async function askHelper(program: string, uri: string): Promise<Record<string, string>> {
  const headers = parseHeaders(await run(program, JSON.stringify({ uri })));
  if (!headers) throw fault('did not print what a credential helper prints');
  return headers;
}

const fault = (what: string): RemoteFault => new RemoteFault('refused', `the credential helper ${what}`);

function run(program: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: WITHIN_MS });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      if (printed.length > MAX_BYTES) child.kill('SIGKILL');
    });
    child.once('error', () => reject(fault('cannot be started')));
    child.once('close', (code) => (code === 0 ? resolve(printed) : reject(fault('failed'))));
    // It may end without having read.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function parseHeaders(text: string): Record<string, string> | undefined {
  const said = parseJson(text);
  if (!isRecord(said) || !isRecord(said['headers'])) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(said['headers'])) {
    const value: unknown = Array.isArray(values) ? values[0] : undefined;
    if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value) || !/^[A-Za-z0-9-]+$/.test(name))
      return undefined;
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
