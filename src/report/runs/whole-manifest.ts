import { lstatSync, readFileSync } from 'node:fs';
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
    const manifest = membersOf(
      JSON.parse(readBounded(`${folder}/run-manifest.json`, limit).toString('utf8')),
    );
    const whole = manifest && spellOut(manifest, folder, limit);
    return whole?.faults.length === 0 ? whole.manifest : undefined;
  } catch {
    return undefined;
  }
}

/**
 * With everything in its lists, in the order of their names: where a list leaves what did not change to one entry, the file beside
 * the manifest has the list as an earlier run of the same request had it, and entries that are named here stand for theirs there.
 */
export function spellOut(
  manifest: Members,
  folder: string,
  limit: number,
): { readonly manifest: Members; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const bases = new Map<unknown, Members>();
  const whole = LISTS.map((list) => {
    const items = listOf(manifest[list]);
    const [marker, ...surplus] = items.filter(isMarker);
    if (marker === undefined) return [list, items];
    const { unchanged, identity } = membersOf(marker) ?? {};
    const base = bases.get(identity) ?? readBase(folder, limit, identity);
    bases.set(identity, base);
    const listed = items.filter((item) => !isMarker(item));
    const named = new Set(listed.map(nameOf));
    const same = listOf(base[list]).filter((item) => !named.has(nameOf(item)));
    if (same.length !== unchanged || surplus.length > 0)
      faults.push(`${list}: ${Number(unchanged)} entries that did not change are not all there`);
    return [list, [...listed, ...same].sort((a, b) => compareCodePoints(nameOf(a), nameOf(b)))];
  });
  return { manifest: { ...manifest, ...Object.fromEntries(whole) }, faults };
}

const LISTS = ['inputs', 'steps', 'artifacts'] as const;

/** Only what has the digest is what the run meant; otherwise nothing is. */
function readBase(folder: string, limit: number, identity: unknown): Members {
  try {
    const bytes = readBounded(`${folder}/${UNCHANGED_FILE}`, limit);
    return (sha256(bytes) === identity && membersOf(JSON.parse(bytes.toString('utf8')))) || {};
  } catch {
    return {};
  }
}

const isMarker = (item: unknown): boolean => membersOf(item)?.['unchanged'] !== undefined;

function nameOf(item: unknown): string {
  const members = membersOf(item);
  const name = members?.['path'] ?? members?.['name'];
  return typeof name === 'string' ? name : '';
}

/** A link leads out of the record, and is not followed. */
function readBounded(file: string, limit: number): Buffer {
  const stat = lstatSync(file);
  if (!stat.isFile()) throw new Error(`${file} is no file`);
  if (stat.size > limit) throw new Error(`${file} is too large to be a record`);
  return readFileSync(file);
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const membersOf = (value: unknown): Members | undefined => (isMembers(value) ? value : undefined);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
