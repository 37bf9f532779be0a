import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import { expandBraces } from './glob-braces.ts';
import { matchesSegment, parseSegment, type Segment } from './glob-segment.ts';
import { relativePathFault } from './safe-path.ts';

const MAX_LENGTH = 1024;
const MAX_SEGMENTS = 64;

/**
 * A compiled glob: `*`, `?`, `[a-z]` within a name, `**` for any number of folders, `{a,b}`. Matching walks all the ways a
 * path can be read at once, so that no glob takes more than its length times the path's.
 */
export interface Glob {
  /** What the braces gave. */
  readonly alternatives: readonly Alternative[];
  /** Where the glob stands at its root, before any name has been read. */
  readonly start: GlobState;
}

type Alternative = readonly Segment[];

/** For each alternative, which of its segments may come next; the number after the last: all have been read. */
export type GlobState = readonly Positions[];
type Positions = readonly number[];

/** With `hidden`, names that start with a dot match like any other; else only where the glob says the dot. */
export function matchesGlob(glob: Glob, path: string, hidden = false): boolean {
  let state: GlobState | undefined = glob.start;
  for (const name of path.split('/')) {
    state = stepGlob(glob, state, name, hidden);
    if (state === undefined) return false;
  }
  return acceptsAt(glob, state);
}

/** Reads one more name of a path; absent: nothing can match any more. Plain loops: this is the walk's innermost part. */
export function stepGlob(glob: Glob, state: GlobState, name: string, hidden: boolean): GlobState | undefined {
  let next: Positions[] | undefined;
  for (let i = 0; i < glob.alternatives.length; i++) {
    const positions = advance(glob.alternatives[i] ?? [], state[i] ?? NOWHERE, name, hidden);
    if (positions === NOWHERE && next === undefined) continue;
    if (next === undefined) next = new Array<Positions>(glob.alternatives.length).fill(NOWHERE);
    next[i] = positions;
  }
  return next;
}

/** The path read so far matches. */
export function acceptsAt(glob: Glob, state: GlobState): boolean {
  for (let i = 0; i < state.length; i++) {
    if (state[i]?.includes(glob.alternatives[i]?.length ?? -1)) return true;
  }
  return false;
}

/** Something below the path read so far could match. */
export function isOpenAt(glob: Glob, state: GlobState): boolean {
  for (let i = 0; i < state.length; i++) {
    const end = glob.alternatives[i]?.length ?? 0;
    for (const position of state[i] ?? NOWHERE) if (position < end) return true;
  }
  return false;
}

/** The same few globs stand in a thousand packages. */
const compiled = new Map<string, Result<Glob, string>>();
const MAX_COMPILED = 512;

export function compileGlob(text: string): Result<Glob, string> {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const result = compile(text);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(text, result);
  return result;
}

function compile(text: string): Result<Glob, string> {
  if (text.length > MAX_LENGTH) return err(`a glob is at most ${MAX_LENGTH} characters long`);
  const fault = relativePathFault(text);
  if (fault !== undefined) return err(FAULTS[fault]);
  const texts = expandBraces(text);
  if (!texts.ok) return texts;
  const alternatives: (readonly Segment[])[] = [];
  for (const alternative of texts.value) {
    const segments = parseSegments(alternative);
    if (!segments.ok) return segments;
    alternatives.push(segments.value);
  }
  return ok(globOf(alternatives));
}

const FAULTS = {
  empty: 'a glob must not be empty',
  control: 'a glob must not hold control characters',
  backslash: 'a glob has `/` between folders, never a backslash; `[*]` stands for a star itself',
  absolute: 'a glob is relative: it must not start with `/`',
  parent: 'a glob must not leave its folder by `..`',
  'not-normal':
    'a glob must not hold `.` or an empty name between slashes; `dir/**` means all files below dir',
  'too-long': 'a glob is too long',
} as const;

function parseSegments(text: string): Result<readonly Segment[], string> {
  const names = text.split('/');
  if (names.length > MAX_SEGMENTS) return err(`a glob has at most ${MAX_SEGMENTS} folders`);
  // Braces can put together what the whole text did not show.
  const fault = relativePathFault(text);
  if (fault !== undefined) return err(FAULTS[fault]);
  const segments: Segment[] = [];
  for (const name of names) {
    const segment = parseSegment(name);
    if (!segment.ok) return segment;
    // Two in a row say no more than one.
    if (segment.value.kind === 'deep' && segments.at(-1)?.kind === 'deep') continue;
    segments.push(segment.value);
  }
  return ok(segments);
}

const NOWHERE: Positions = [];

/** Standing before a `**` is also standing behind it. */
const globOf = (alternatives: readonly Alternative[]): Glob => ({
  alternatives,
  start: alternatives.map((segments) => closure(segments, [0])),
});

/** `a/**` is what lies below `a`, not `a` itself: a `**` at the end must have read a name. */
function advance(segments: Alternative, positions: Positions, name: string, hidden: boolean): Positions {
  let next: number[] | undefined;
  for (const p of positions) {
    const segment = segments[p];
    if (segment === undefined || !matchesSegment(segment, name, hidden)) continue;
    next ??= [];
    if (segment.kind === 'deep') next.push(p);
    if (segment.kind !== 'deep' || p === segments.length - 1) next.push(p + 1);
  }
  return next === undefined ? NOWHERE : closure(segments, next);
}

function closure(segments: Alternative, positions: readonly number[]): Positions {
  let all: Set<number> | undefined;
  for (const p of positions) {
    if (segments[p]?.kind !== 'deep' || p === segments.length - 1) continue;
    all ??= new Set(positions);
    all.add(p + 1);
  }
  return all === undefined ? positions : [...all];
}
