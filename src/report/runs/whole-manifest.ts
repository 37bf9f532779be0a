import { readFileSync, statSync } from 'node:fs';
import { compareCodePoints } from '../../base/order.ts';
import { sha256 } from '../../fingerprint/digest-bytes.ts';
import { UNCHANGED_FILE } from '../run-folder.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * A run's manifest as it would be if it spelled everything out, not yet checked against its schema. Undefined: it cannot be
 * read, or what it leaves to another file is not there.
 */
export function wholeManifest(folder: string, limit: number): Members | undefined {
  try {
    const manifest = membersOf(JSON.parse(readBounded(`${folder}/run-manifest.json`, limit)));
    const lists = LISTS.map((name) => [name, manifest && wholeList(manifest[name], name, folder, limit)]);
    return manifest && { ...manifest, ...Object.fromEntries(lists) };
  } catch {
    return undefined;
  }
}

const LISTS = ['inputs', 'steps', 'artifacts'] as const;

function wholeList(value: unknown, list: string, folder: string, limit: number): readonly unknown[] {
  const items = listOf(value);
  const marker = items.map(membersOf).find((item) => item?.['unchanged'] !== undefined);
  if (!marker) return items;
  const text = readBounded(`${folder}/${UNCHANGED_FILE}`, limit);
  if (sha256(text) !== marker['identity']) throw new Error(`${UNCHANGED_FILE} is another one`);
  const listed = items.filter((item) => membersOf(item)?.['unchanged'] === undefined);
  const named = new Set(listed.map(nameOf));
  const same = listOf(membersOf(JSON.parse(text))?.[list]).filter((item) => !named.has(nameOf(item)));
  if (same.length !== marker['unchanged']) throw new Error(`${UNCHANGED_FILE} has another number of ${list}`);
  return [...listed, ...same].sort((a, b) => compareCodePoints(nameOf(a), nameOf(b)));
}

function nameOf(item: unknown): string {
  const members = membersOf(item);
  const name = members?.['path'] ?? members?.['name'];
  return typeof name === 'string' ? name : '';
}

function readBounded(file: string, limit: number): string {
  if (statSync(file).size > limit) throw new Error(`${file} is too large to be a record`);
  return readFileSync(file, 'utf8');
}

const membersOf = (value: unknown): Members | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
