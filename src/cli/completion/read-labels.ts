import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { isSkippedFolder, joinPath } from '../../workspace/safe-path.ts';

/** A prompt must not wait: a workspace larger than this is completed in part. */
const MAX_FOLDERS = 4000;
const MAX_FILE = 1024 * 1024;

/** Labels and patterns that begin so. Reads only what a glance gives: mistakes are for the command itself to find. */
export function readLabels(root: string, cwd: string, prefix: string): string[] {
  const here = relative(root, cwd);
  if (prefix === '') return [...namesIn(root, here), '//...'];
  if (!prefix.startsWith('/'))
    return namesIn(root, here).map((name) => (prefix.startsWith(':') ? `:${name}` : name));
  const text = prefix.startsWith('//') ? prefix.slice(2) : '';
  const colon = text.indexOf(':');
  if (colon >= 0)
    return [...namesIn(root, text.slice(0, colon)), 'all'].map((name) => `//${text.slice(0, colon)}:${name}`);
  return below(root, text.slice(0, Math.max(0, text.lastIndexOf('/'))));
}

function below(root: string, from: string): string[] {
  const found: string[] = [];
  const waiting = [from];
  for (
    let seen = 0, dir = waiting.shift();
    dir !== undefined && seen < MAX_FOLDERS;
    seen++, dir = waiting.shift()
  ) {
    if (dir !== '' && existsSync(`${root}/${dir}/recomp.toml`)) continue;
    const names = namesIn(root, dir);
    const folders = subfolders(root, dir);
    found.push(...names.map((name) => `//${dir}:${name}`));
    if (names.length > 0 || dir === from) found.push(dir === '' ? '//...' : `//${dir}/...`);
    waiting.push(...folders);
  }
  return found;
}

function subfolders(root: string, dir: string): string[] {
  try {
    return readdirSync(`${root}/${dir}`, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && !isSkippedFolder(entry.name) ? [joinPath(dir, entry.name)] : [],
    );
  } catch {
    return [];
  }
}

/** The `name` of each `[[target]]`, by its lines alone. */
function namesIn(root: string, dir: string): string[] {
  if (dir.split('/').includes('..')) return [];
  const names: string[] = [];
  let inTarget = false;
  for (const line of readText(`${root}/${joinPath(dir, 'BUILD.toml')}`).split('\n')) {
    if (line.startsWith('[')) inTarget = /^\[\[\s*target\s*\]\]/.test(line);
    const name = inTarget ? /^\s*name\s*=\s*["']([A-Za-z0-9_.+=,@~/-]+)["']/.exec(line)?.[1] : undefined;
    if (name !== undefined) names.push(name);
  }
  return names;
}

function readText(file: string): string {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat?.isFile() === true && stat.size <= MAX_FILE ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
