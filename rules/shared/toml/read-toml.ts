import { parse, TomlError } from 'smol-toml';
import { nearest } from '../../../src/base/nearest.ts';
import { sorted } from '../../../src/base/order.ts';
import { parseTime } from '../../../src/base/parse-time.ts';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { type Place, tomlPlaces } from './toml-places.ts';

/** A table of a file that a person wrote. What is asked for is thereby known; everything else in it is a mistake. */
export interface Table {
  text(key: string): string | undefined;
  flag(key: string): boolean | undefined;
  number(key: string, low: number, high: number): number | undefined;
  whole(key: string, low: number, high: number): number | undefined;
  /** Seconds, or "h:mm:ss.mmm"; the answer is in seconds. */
  time(key: string): number | undefined;
  /** A whole number; true is 1, and false is 0. */
  level(key: string, low: number, high: number): number | undefined;
  word<W extends string>(key: string, words: readonly W[]): W | undefined;
  table(key: string): Table | undefined;
  tables(key: string): readonly Table[];
  has(key: string): boolean;
  /** Keys of others' are in this table, and none is a mistake. */
  leaveOpen(): void;
  fault(key: string, message: string): void;
}

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

const MAX_CHARACTERS = 1 << 20;
const MAX_FAULTS = 20;

/** All mistakes at once, each a line "file:line:column: what is wrong". */
export function readToml<T>(
  file: string,
  text: string,
  read: (root: Table) => T,
  limit = MAX_CHARACTERS,
): Result<T, string> {
  if (text.length > limit) return err(`${file}: more than ${limit} characters`);
  let root: Readonly<Record<string, unknown>>;
  try {
    root = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ''] = error.message.split('\n');
    return err(`${file}:${error.line}:${error.column}: ${first.replace(/^Invalid TOML document: /, '')}`);
  }
  const faults: { path: Path; message: string }[] = [];
  const opened = openTable(root, [], (path, message) => void faults.push({ path, message }));
  const value = read(opened.table);
  opened.close();
  if (faults.length === 0) return ok(value);
  const places = tomlPlaces(text);
  const located = faults.map(({ path, message }) => ({ ...placeOf(path, places), message }));
  located.sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = located.slice(0, MAX_FAULTS).map((f) => `${file}:${f.line}:${f.column}: ${f.message}`);
  return err(lines.join('\n'));
}

/** What is not there is looked up one level higher. */
function placeOf(path: Path, places: ReadonlyMap<string, Place>): Place {
  for (let n = path.length; n > 0; n--) {
    const place = places.get(JSON.stringify(path.slice(0, n)));
    if (place !== undefined) return place;
  }
  return { line: 1, column: 1 };
}

interface Opened {
  readonly table: Table;
  /** Reports what nobody asked for. */
  close(): void;
}

function openTable(content: Readonly<Record<string, unknown>>, path: Path, report: Report): Opened {
  const known = new Set<string>();
  const inner: Opened[] = [];
  let open = false;
  const take = (key: string): unknown => {
    known.add(key);
    return content[key];
  };
  const fault = (key: string, message: string): undefined => void report([...path, key], message);
  const number = (key: string, low: number, high: number, whole: boolean): number | undefined => {
    const value = take(key);
    if (value === undefined) return undefined;
    const fits =
      typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value));
    return fits ? value : fault(key, `${key} is a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  };
  const descend = (value: Readonly<Record<string, unknown>>, at: Path): Table => {
    const opened = openTable(value, at, report);
    inner.push(opened);
    return opened.table;
  };
  const table: Table = {
    text: (key) => ofType(take(key), isText, () => fault(key, `${key} is a text`)),
    flag: (key) => ofType(take(key), isFlag, () => fault(key, `${key} is true or false`)),
    number: (key, low, high) => number(key, low, high, false),
    whole: (key, low, high) => number(key, low, high, true),
    time: (key) => {
      const value = take(key);
      return value === undefined
        ? undefined
        : (parseTime(value) ?? fault(key, `${key} is a time: seconds, or "h:mm:ss.mmm"`));
    },
    level: (key, low, high) => {
      const value = take(key);
      if (typeof value === 'boolean') return Number(value);
      return value === undefined ? undefined : number(key, low, high, true);
    },
    word: (key, words) => {
      const value = take(key);
      if (value === undefined) return undefined;
      return words.find((word) => word === value) ?? fault(key, `${key} is one of ${words.join(', ')}`);
    },
    table: (key) => {
      const value = ofType(take(key), isTable, () => fault(key, `[${key}] is a table`));
      return value === undefined ? undefined : descend(value, [...path, key]);
    },
    tables: (key) => {
      const value = take(key);
      if (value === undefined) return [];
      if (!Array.isArray(value) || !value.every(isTable)) {
        fault(key, `[[${key}]] is a list of tables`);
        return [];
      }
      return value.map((item, i) => descend(item, [...path, key, i]));
    },
    has: (key) => content[key] !== undefined,
    leaveOpen: () => {
      open = true;
    },
    fault,
  };
  return {
    table,
    close: () => {
      for (const key of open ? [] : Object.keys(content))
        if (!known.has(key)) report([...path, key], unknownKey(key, known));
      for (const opened of inner) opened.close();
    },
  };
}

function unknownKey(key: string, known: ReadonlySet<string>): string {
  const words = sorted(known);
  const near = nearest(key, words) ?? words.find((word) => word.startsWith(`${key}_`));
  const help = near === undefined ? `known: ${words.join(', ')}` : `did you mean ${near}?`;
  return `unknown key ${JSON.stringify(key)}; ${help}`;
}

const isText = (v: unknown): v is string => typeof v === 'string';
const isFlag = (v: unknown): v is boolean => typeof v === 'boolean';
const isTable = (v: unknown): v is Readonly<Record<string, unknown>> =>
  typeof v === 'object' && v !== null && !Array.isArray(v) && !(v instanceof Date);

function ofType<T>(value: unknown, is: (v: unknown) => v is T, otherwise: () => undefined): T | undefined {
  if (value === undefined) return undefined;
  return is(value) ? value : otherwise();
}
