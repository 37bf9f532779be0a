import type { KeyChange } from '../fingerprint/first-difference.ts';

/** A content that may be shown: as text, or by where it lies and what it must be. */
export type Content = { readonly text: string } | FileContent;

export interface FileContent {
  readonly path: string;
  readonly hash: string;
  readonly size: number;
}

/** One thing that is not as it was, as it is said to people. */
export interface Told {
  readonly line: string;
  /** What lines can be compared. */
  readonly contents?: { readonly before: Content; readonly after: Content };
}

type Change = Omit<KeyChange, 'part'>;

/** What changed, the most telling first; what several fields say together is said once. */
export function tellChanges(changes: readonly Change[]): Told[] {
  const told: Told[] = [];
  const done = new Set<Change>();
  for (const change of changes) {
    if (done.has(change)) continue;
    const together = companions(change, changes);
    for (const one of together) done.add(one);
    told.push(tell(together));
  }
  return told;
}

/** Fields that one and the same edit changed: the words of a command, a tool's version and digest, a renamed file. */
function companions(change: Change, all: readonly Change[]): Change[] {
  const { field } = change;
  if (field.startsWith('argv[')) return all.filter((c) => c.field.startsWith('argv['));
  if (field.startsWith('tool ')) return all.filter((c) => toolOf(c.field) === toolOf(field));
  const twin = renamed(change, all);
  return twin ? [change, twin] : [change];
}

const toolOf = (field: string): string | undefined => /^tool (.*) (?:version|digest)$/.exec(field)?.[1];

/** A file or an output that went from one name to another. */
function renamed(change: Change, all: readonly Change[]): Change | undefined {
  const kind = /^(?:input|output) /.exec(change.field)?.[0];
  if (kind === undefined || change.before !== undefined) return undefined;
  const gone = all.filter((c) => c.field.startsWith(kind) && c.after === undefined);
  const twins = kind === 'input ' ? gone.filter((c) => c.before === change.after) : gone;
  const news = all.filter((c) => c.field.startsWith(kind) && c.before === undefined);
  return twins.length === 1 && (kind === 'input ' || news.length === 1) ? twins[0] : undefined;
}

function tell(changes: readonly Change[]): Told {
  const [change] = changes;
  if (!change) return { line: 'something changed' };
  const { field } = change;
  if (field.startsWith('argv[')) return tellWords(changes);
  if (field.startsWith('tool ')) return { line: toolLine(toolOf(field) ?? '', changes) };
  const [, kind, name] = /^(input|output) (.*)$/s.exec(field) ?? [];
  if (kind !== undefined && name !== undefined) {
    const gone = changes.find((c) => c.after === undefined && c !== change);
    const what = kind === 'output' ? `the output ${name}` : name;
    if (gone)
      return { line: `${kind === 'output' ? 'the output ' : ''}${nameOf(gone.field)} is now ${name}` };
    return kind === 'output' ? { line: fromTo(what, change) } : tellInput(name, change);
  }
  return tellValue(change);
}

const nameOf = (field: string): string => field.slice(field.indexOf(' ') + 1);

function toolLine(name: string, changes: readonly Change[]): string {
  const of = (what: string): Change | undefined => changes.find((c) => c.field === `tool ${name} ${what}`);
  const version = of('version');
  if (version?.before === undefined && version?.after !== undefined)
    return `the tool ${name} is new: version ${quote(version.after)}`;
  if (version?.after === undefined && version?.before !== undefined)
    return `the tool ${name} is gone; it was version ${quote(version.before)}`;
  if (version) return fromTo(`the tool ${name}`, version, 'version ');
  const digest = of('digest');
  return `the tool ${name} changed from ${short(digest?.before ?? '')} to ${short(digest?.after ?? '')}: its files differ, its version is the same`;
}

/** The words of a command, as a list: one that came in between moves all that follow. */
function tellWords(changes: readonly Change[]): Told {
  const words = [...changes].sort((a, b) => indexOf(a) - indexOf(b));
  const before = words.flatMap((c) => c.before ?? []);
  const after = words.flatMap((c) => c.after ?? []);
  const head = sameLength(before, after, (a, b) => a === b);
  const tail = sameLength([...before].reverse(), [...after].reverse(), (a, b) => a === b);
  const overlap = Math.max(0, head + tail - Math.min(before.length, after.length));
  const gone = before.slice(head, before.length - tail + overlap);
  const come = after.slice(head, after.length - tail + overlap);
  const index = indexOf(words[Math.min(head, words.length - 1)] ?? { field: 'argv[0]' });
  const what = index === 0 ? 'the program of the command' : `argument ${index} of the command`;
  const [a, b] = [gone[0], come[0]];
  const more = Math.max(gone.length, come.length) - 1;
  const rest = more > 0 ? ` (and ${more} more after it)` : '';
  if (a === undefined && b !== undefined) return { line: `${what} is new: ${quote(b)}${rest}` };
  if (b === undefined && a !== undefined) return { line: `${what} is gone; it was ${quote(a)}${rest}` };
  if (a === undefined || b === undefined) return { line: 'the command changed' };
  if (isLong(a) || isLong(b))
    return {
      line: `${what} changed${rest}`,
      contents: { before: { text: a }, after: { text: b } },
    };
  return { line: `${what} changed from ${quote(a)} to ${quote(b)}${rest}` };
}

const indexOf = ({ field }: Pick<Change, 'field'>): number => Number(/\d+/.exec(field)?.[0] ?? 0);

function sameLength<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): number {
  let count = 0;
  for (; count < a.length && count < b.length; count++) {
    const [x, y] = [a[count], b[count]];
    if (x === undefined || y === undefined || !same(x, y)) break;
  }
  return count;
}

const isLong = (word: string): boolean => word.includes('\n') || word.length > 60;

const FILE = /^sha256 ([0-9a-f]{64}), (\d+) bytes(, executable)?$/;

function tellInput(path: string, { before, after }: Change): Told {
  const [, oldHash, oldSize, oldMode] = FILE.exec(before ?? '') ?? [];
  const [, newHash, newSize, newMode] = FILE.exec(after ?? '') ?? [];
  if (oldHash === undefined || newHash === undefined) {
    if (before === undefined)
      return { line: `${path} is new${newSize === undefined ? '' : `: ${newSize} bytes`}` };
    if (after === undefined) return { line: `${path} is gone` };
    return { line: fromTo(path, { field: '', before, after }) };
  }
  if (oldHash === newHash)
    return { line: `${path} ${newMode && !oldMode ? 'became executable' : 'is not executable any more'}` };
  return {
    line: `${path} changed from ${short(oldHash)} (${oldSize} bytes) to ${short(newHash)} (${newSize} bytes)`,
    contents: {
      before: { path, hash: oldHash, size: Number(oldSize) },
      after: { path, hash: newHash, size: Number(newSize) },
    },
  };
}

interface KnownFile {
  readonly sha256: string;
  readonly size: number;
}

/** A file by what is known of it before and after. */
export function tellFile(path: string, before: KnownFile | undefined, after: KnownFile | undefined): Told {
  const value = (file: KnownFile): string => `sha256 ${file.sha256}, ${file.size} bytes`;
  return tellInput(path, {
    field: '',
    ...(before && { before: value(before) }),
    ...(after && { after: value(after) }),
  });
}

function tellValue(change: Change): Told {
  const { field, before, after } = change;
  if (field === 'network')
    return { line: `the network is ${after === 'allowed' ? 'now allowed' : 'not allowed any more'}` };
  if (field === 'cacheable')
    return {
      line: `it is now ${after === 'no' ? 'never cached: it cannot be shut in, or may use the network' : 'cached'}`,
    };
  const name = describeField(field);
  if (before !== undefined && after !== undefined && (before.includes('\n') || after.includes('\n')))
    return { line: `${name} changed`, contents: { before: { text: before }, after: { text: after } } };
  return { line: fromTo(name, change) };
}

/** Fields of the key as its describer names them. */
function describeField(field: string): string {
  if (field.startsWith('env.')) return `the variable ${field.slice(4)}`;
  if (field.startsWith('platform.')) return `the platform property ${field.slice(9)}`;
  if (field.startsWith('base ')) return `the base system: ${field.slice(5)}`;
  return `the ${field}`;
}

function fromTo(what: string, { before, after }: Change, kind = ''): string {
  if (before === undefined) return `${what} is new: ${quote(after ?? '')}`;
  if (after === undefined) return `${what} is gone; it was ${quote(before)}`;
  return `${what} changed from ${kind}${quote(before)} to ${quote(after)}`;
}

const MAX = 160;

const short = (hash: string): string => hash.slice(0, 12);

/** Values come from files and machines: nothing in them may steer a terminal. */
function quote(value: string): string {
  if (/^[0-9a-f]{64}$/.test(value)) return short(value);
  const text = /^[\w.+:/@%=,-]+$/.test(value) ? value : JSON.stringify(value);
  return text.length <= MAX ? text : `${text.slice(0, MAX)}…`;
}
