import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AST } from 'toml-eslint-parser';
import type { Span } from '../base/diagnostic.ts';
import type { KeyPath } from '../model/target.ts';

/** Deeper documents are refused as a whole; naming every step of a key of a million parts would take for ever. */
const MAX_DEPTH = 80;

export type Part = 'key' | 'value';

/**
 * The place of a key or its value in a TOML file. Good files never come here: a second, slower parse finds the places, and
 * only then is that parser loaded. What is not there is looked up one level higher.
 */
export const locate = (file: string, text: string, at: KeyPath, part: Part): Span =>
  locateFirst(file, text, [at], part);

/** The first of several places that exists as a whole, else as much as there is of the first. */
export function locateFirst(file: string, text: string, places: readonly KeyPath[], part: Part): Span {
  const { places: known, lines } = positionsOf(text);
  for (const at of places) {
    const found = known.get(JSON.stringify(at));
    if (found !== undefined) return spanOf(file, lines, found[part]);
  }
  const [wanted = []] = places;
  for (let n = wanted.length - 1; n > 0; n--) {
    const found = known.get(JSON.stringify(wanted.slice(0, n)));
    if (found !== undefined) return spanOf(file, lines, found.key);
  }
  return pointAt(file, text, 1, 1);
}

/** An attribute of a `[[target]]`, where it was written: in its own table, or in the package's `[defaults]`. */
export const locateAttribute = (
  file: string,
  text: string,
  target: KeyPath,
  rest: KeyPath,
  part: Part,
): Span =>
  locateFirst(
    file,
    text,
    [
      [...target, ...rest],
      ['defaults', ...rest],
    ],
    part,
  );

/** A single character. */
export function pointAt(file: string, text: string, line: number, column: number): Span {
  const shown = text.split('\n', line)[line - 1]?.replace(/\r$/, '') ?? '';
  return { file, line, column, length: 1, text: shown };
}

interface Place {
  readonly key: AST.SourceLocation;
  readonly value: AST.SourceLocation;
}

interface Positions {
  readonly places: ReadonlyMap<string, Place>;
  readonly lines: readonly string[];
}

/** Faults come in bunches of one file. */
let last: { readonly text: string; readonly positions: Positions } | undefined;

function positionsOf(text: string): Positions {
  if (last?.text === text) return last.positions;
  const positions = { places: readPlaces(text), lines: text.split(/\r?\n/) };
  last = { text, positions };
  return positions;
}

function readPlaces(text: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  try {
    for (const node of parser().parseTOML(text, { tomlVersion: '1.1' }).body[0].body)
      addNode(places, [], node);
  } catch {
    // The two parsers disagree, or the file is absurd: the fault is still reported, without its exact place.
  }
  return places;
}

/** Synchronous on purpose: faults are found deep inside plain functions. */
function parser(): typeof import('toml-eslint-parser') {
  const require = createRequire(import.meta.url);
  // The bundle has a file of its own for it; from source it is the installed package.
  return require(
    existsSync(new URL('toml-parser.cjs', import.meta.url)) ? './toml-parser.cjs' : 'toml-eslint-parser',
  );
}

function addNode(places: Map<string, Place>, base: KeyPath, node: AST.TOMLKeyValue | AST.TOMLTable): void {
  if (node.type === 'TOMLTable') {
    addKeys(places, [], node.key, node.resolvedKey, node.key.loc);
    for (const member of node.body) addNode(places, node.resolvedKey, member);
    return;
  }
  const names = node.key.keys.map((k) => (k.type === 'TOMLBare' ? k.name : k.value));
  addKeys(places, base, node.key, names, node.value.loc);
  addValue(places, [...base, ...names], node.value);
}

/** Each part of a dotted key is a key of its own; an array's index stands where the array's name stands. */
function addKeys(
  places: Map<string, Place>,
  base: KeyPath,
  key: AST.TOMLKey,
  resolved: KeyPath,
  value: AST.SourceLocation,
): void {
  let part = -1;
  for (const [i, step] of resolved.slice(0, Math.max(0, MAX_DEPTH - base.length)).entries()) {
    if (typeof step === 'string') part++;
    const loc = key.keys[Math.max(part, 0)]?.loc ?? key.loc;
    const last = i === resolved.length - 1;
    addPlace(places, [...base, ...resolved.slice(0, i + 1)], { key: loc, value: last ? value : loc });
  }
}

function addValue(places: Map<string, Place>, at: KeyPath, node: AST.TOMLContentNode): void {
  if (node.type === 'TOMLInlineTable') for (const member of node.body) addNode(places, at, member);
  if (node.type !== 'TOMLArray') return;
  for (const [i, element] of node.elements.entries()) {
    addPlace(places, [...at, i], { key: element.loc, value: element.loc });
    addValue(places, [...at, i], element);
  }
}

function addPlace(places: Map<string, Place>, at: KeyPath, place: Place): void {
  const id = JSON.stringify(at);
  if (!places.has(id)) places.set(id, place);
}

function spanOf(file: string, lines: readonly string[], { start, end }: AST.SourceLocation): Span {
  const text = lines[start.line - 1] ?? '';
  const stop = end.line === start.line ? end.column : text.length;
  return { file, line: start.line, column: start.column + 1, length: Math.max(1, stop - start.column), text };
}
