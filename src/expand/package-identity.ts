import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sorted } from '../base/order.ts';
import { type ImportRecord, USE_SCHEME } from './module-guard.ts';

/** Who imported whom, and so which files each rule package was made of. */
export function importGraph(records: readonly ImportRecord[]) {
  const imports = new Map<string, Set<string>>();
  for (const { from, url } of records) {
    const known = imports.get(from) ?? new Set();
    imports.set(from, known.add(url));
  }
  /** All modules that importing `specifier` of `[rules] use` led to, itself included. */
  const reached = (specifier: string): string[] => {
    const seen = new Set<string>();
    const queue = [`${USE_SCHEME}${specifier}`];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const url of imports.get(at) ?? []) {
        if (!seen.has(url)) queue.push(url);
        seen.add(url);
      }
    }
    return sorted(seen);
  };
  return { reached };
}

/** Files on disk among modules, and the package.json that tells how each is to be read. */
export function filesOf(urls: readonly string[]): string[] {
  const files = new Set<string>();
  for (const url of urls) {
    if (!url.startsWith('file:')) continue;
    const file = fileURLToPath(url);
    files.add(file);
    const manifest = nearestManifest(dirname(file));
    if (manifest !== undefined) files.add(manifest);
  }
  return sorted(files);
}

function nearestManifest(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return file;
  return folder === dirname(folder) ? undefined : nearestManifest(dirname(folder));
}

/** One digest over a package's files, wherever the workspace lies; code in data: URLs is part of a file. */
export function identityOf(root: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${JSON.stringify(relative(root, file))} ${content}\n`);
  }
  return hash.digest('hex');
}
